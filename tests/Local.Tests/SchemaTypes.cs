using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Millrace.Local.Tests.SchemaTypes;

/// <summary>Somebody placed an order.</summary>
public sealed record OrderPlaced
{
    /// <summary>Which order.</summary>
    public required long OrderId { get; init; }

    /// <summary>What it is called.</summary>
    public string? NickName { get; init; }

    public int Lines { get; init; }

    [Range(1, 5)]
    public int Stars { get; init; }

    public int? Age { get; init; }

    public bool IsGift { get; init; }

    public decimal Price { get; init; }

    public DateTimeOffset PlacedAt { get; init; }

    public DateOnly? DeliverOn { get; init; }

    public Guid Token { get; init; }

    public Uri? Link { get; init; }

    public OrderKind Kind { get; init; }

    public OrderKind? FormerKind { get; init; }

    /// <summary>Who buys.</summary>
    public required Buyer Buyer { get; init; }

    public Buyer? Receiver { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyList<Buyer> Watchers { get; init; } = [];

    public IReadOnlyDictionary<string, double> Scores { get; init; } = new Dictionary<string, double>();

    [StringLength(20, MinimumLength = 6)]
    public string Code { get; init; } = "";

    [JsonIgnore]
    public string Secret { get; init; } = "";

    [JsonPropertyName("renamed")]
    public string OriginalName { get; init; } = "";
}

/// <summary>A person.</summary>
public sealed record Buyer(string Name, string? Mail);

public enum OrderKind
{
    Online,
    InStore,
}

public sealed record WithEnvelope
{
    [JsonPropertyName("$schema")]
    public string Schema { get; init; } = "";

    public DateTimeOffset Dt { get; init; }

    public required OwnMeta Meta { get; init; }

    public int Amount { get; init; }
}

public sealed record OwnMeta(string Stream, string Trace);

public sealed record Twice(OrderKind Kind);

public static class Inner
{
    public sealed record Twice(int Number);
}

public sealed record WithAnything(object Value);

public sealed record WithJson(JsonElement Value);

public sealed record WithNullItems(IReadOnlyList<string?> Items);

public sealed record Tree(string Name, IReadOnlyList<Tree> Children);

public sealed record Empty;

public sealed record WithEmpty(Empty Nothing);

public sealed record WrongDt(int Dt);

public sealed record WrongMeta(string Meta);

public sealed record WithPattern
{
    [RegularExpression("^a+$")]
    public string Text { get; init; } = "";
}

public sealed record WithBoundedPattern
{
    [RegularExpression("^a+$"), StringLength(5)]
    public string Text { get; init; } = "";
}

public sealed record CamelCase
{
    [JsonPropertyName("camelCase")]
    public string Name { get; init; } = "";
}

[JsonPolymorphic]
[JsonDerivedType(typeof(Circle), "circle")]
public abstract record Shape;

public sealed record Circle(double Radius) : Shape;

public sealed record WithBase(int Own) : Basis(1);

public record Basis(int Inherited);

public sealed record Generic<T>(T Value);
