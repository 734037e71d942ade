namespace Millrace.Core;

/// <summary>A lookup as the catalog declares it: the <c>lookup</c> of a stage that has no class of its own.</summary>
/// <remarks>Says what is asked, by an OpenAPI document, and where the answer goes. Whom to ask, and how, are the stage's <c>settings</c>, which differ by environment.</remarks>
public sealed record LookupDefinition
{
    /// <summary>What a document's file has to end with, so that the build knows it.</summary>
    public const string DocumentSuffix = ".openapi.json";

    /// <summary>The OpenAPI document: a path below the catalog's directory, or an https address that is read at start.</summary>
    public required string Document { get; init; }

    /// <summary>The <c>operationId</c> of the operation that is called.</summary>
    public required string Operation { get; init; }

    /// <summary>The operation's parameters, by name.</summary>
    public IReadOnlyDictionary<string, FieldBinding> Parameters { get; init; } = new Dictionary<string, FieldBinding>();

    /// <summary>The fields of the body that is posted, by name; none where the operation takes no body.</summary>
    public IReadOnlyDictionary<string, FieldBinding> Body { get; init; } = new Dictionary<string, FieldBinding>();

    /// <summary>Where the answer goes, in this order.</summary>
    public required IReadOnlyList<FieldMapping> Into { get; init; }

    /// <summary>Fields of the event that the output is to have no part of.</summary>
    public IReadOnlyList<FieldPointer> Without { get; init; } = [];

    /// <summary>Rules that an event must meet, each of them, to be looked up.</summary>
    public IReadOnlyList<FieldRule> Match { get; init; } = [];

    /// <summary>Rules of which an event that is looked up may meet none.</summary>
    public IReadOnlyList<FieldRule> MatchNot { get; init; } = [];

    /// <summary>What becomes of events that are not looked up.</summary>
    public UnmatchedEvents Others { get; init; }

    /// <summary>The schemas of inputs that the declaration is checked against, for inputs that no stage of the catalog writes.</summary>
    public IReadOnlyList<string> Schemas { get; init; } = [];

    /// <summary>Whether an event is looked up.</summary>
    public bool Matches(System.Text.Json.JsonElement @event) => Match.All(rule => rule.IsMet(@event)) && !MatchNot.Any(rule => rule.IsMet(@event));
}
