namespace Millrace.Schemas.Tests;

/// <summary>The tables of a platform in use.</summary>
public sealed class WikimediaSqlTests
{
    private static readonly string[] WithoutTable =
    [
        "/change-prop/continue/1.0.0",
        "/change-prop/retry/1.0.0",
        "/fragment/mediawiki/state/entity/revision_slots/1.0.0",
        "/mediawiki/job/1.0.0",
        "/mediawiki/page/properties-change/1.0.0",
        "/mediawiki/recentchange/1.0.0",
        "/mediawiki/recentchange/1.0.1",
    ];

    private static readonly Lazy<SchemaRepository> Repository = new(Repositories.Wikimedia);

    public static TheoryData<string> Dialects => [.. SqlDialect.All.Select(dialect => dialect.Name)];

    [CorpusTheory]
    [MemberData(nameof(Dialects))]
    public void Exactly_those_are_refused_that_have_no_columns_or_no_types(string dialect)
    {
        var uris = Corpus.Files("wikimedia/schemas", "*.yaml").Select(file => "/" + Path.GetRelativePath(Repositories.WikimediaSchemas, file)[..^".yaml".Length]).ToList();
        Assert.Equal(98, uris.Count);

        var refused = uris.Where(uri => !HasTable(uri, dialect));

        Assert.Equal(WithoutTable, refused.Order(StringComparer.Ordinal));
    }

    [CorpusTheory]
    [InlineData("/mediawiki/job/1.0.0", ".params: The object has neither properties nor additionalProperties with a type.")]
    [InlineData("/change-prop/retry/1.0.0", ".original_event: The object has neither properties nor additionalProperties with a type.")]
    [InlineData("/mediawiki/recentchange/1.0.1", ".log_params: The union type of array, object, string has no column type; one type is allowed.")]
    [InlineData("/fragment/mediawiki/state/entity/revision_slots/1.0.0", ".: The events are a map; a table needs an object with properties, for its columns.")]
    public void A_refusal_tells_the_place_and_the_reason(string uri, string refusal) =>
        Assert.Contains(refusal, SqlTables.Refusals(() => SqlTable.Read(Repository.Value, uri)));

    private static bool HasTable(string uri, string dialect)
    {
        try
        {
            return SqlTables.Create(dialect, SqlTable.Read(Repository.Value, uri)).Length > 0;
        }
        catch (SqlRefusedException)
        {
            return false;
        }
    }
}
