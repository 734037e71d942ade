using System.Globalization;
using Microsoft.Extensions.Configuration;
using Millrace.Core;
using Millrace.Schemas;
using Npgsql;

namespace Millrace.Connectors;

/// <summary>PostgreSQL.</summary>
internal sealed class PostgresKind() : StoreKind("postgres", nameof(PostgresSettings.ConnectionString))
{
    private const string Setting = "connectionString";

    public override IReadOnlyList<StoreEndpoint> Endpoints(StageDefinition stage)
    {
        var connection = Connection(stage);
        return connection.Host is not { Length: > 0 } hosts ? throw Wrong(stage, Setting, "names no Host.")
            : [.. hosts.Split(',', StringSplitOptions.TrimEntries).Select(host => Endpoint(stage, host, connection.Port)).Distinct()];
    }

    public override IEnumerable<(string Setting, string Secret)> Exposed(StageDefinition stage)
    {
        var connection = Connection(stage);
        return connection.Password is { Length: > 0 } || connection.SslPassword is { Length: > 0 } ? [(Setting, "a password")] : [];
    }

    public override IEnumerable<(StreamDefinition Stream, string Table)> Tables(StageDefinition stage, IConfiguration? overrides = null)
    {
        var (settings, connection) = (SettingsOf<PostgresSettings>(stage, overrides), Connection(stage, overrides));
        var database = string.Create(CultureInfo.InvariantCulture, $"{connection.Host?.ToLowerInvariant()}:{connection.Port}/{connection.Database ?? connection.Username}");
        return stage.Inputs.Select(stream => (stream, $"{database}/{settings.Schema}.{PostgresTable.NameOf(stream)}"));
    }

    public override string? Refuse(StageDefinition stage, StreamDefinition stream, SchemaRepository schemas, string schemaUri)
    {
        try
        {
            var taken = SqlTable.ReadWithJson(schemas, schemaUri).Columns.FirstOrDefault(column => PostgresColumn.OfRow(SettingsOf<PostgresSettings>(stage).Mode).Any(own => own.Name == column.Name));
            return taken is null ? null : $"the field '{taken.Name}' of {schemaUri} has the name of a column that every row has besides its event.";
        }
        catch (SqlRefusedException refused)
        {
            return $"{schemaUri}: {string.Join(' ', refused.Refusals)}";
        }
        catch (SchemaException unusable)
        {
            return unusable.Message;
        }
    }

    public override bool KeepsCheckpoints => true;

    public override ICheckpoints Checkpoints(StageDefinition stage, IConfiguration? overrides = null) =>
        Connection(stage, overrides).Host is { Length: > 0 } ? new PostgresStageCheckpoints(stage.Name, SettingsOf<PostgresSettings>(stage, overrides)) : throw Wrong(stage, Setting, "names no Host.");

    private static NpgsqlConnectionStringBuilder Connection(StageDefinition stage, IConfiguration? overrides = null)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(SettingsOf<PostgresSettings>(stage, overrides).ConnectionString);
        }
        catch (Exception cause) when (cause is ArgumentException or FormatException)
        {
            // Not the value: it may have a password.
            throw Wrong(stage, Setting, $"cannot be used: {cause.Message}", cause);
        }
    }

    // One of several hosts may have a port of its own behind it, an address of IPv6 in brackets then.
    private static StoreEndpoint Endpoint(StageDefinition stage, string host, int port)
    {
        if (host.Length == 0 || host[0] is '/' or '@')
        {
            throw Wrong(stage, Setting, $"has the Host '{host}', a socket of one machine alone; allowed is a name or an address.");
        }

        var colon = host.LastIndexOf(':');
        var hasPort = colon > 0 && (host[colon - 1] == ']' || host.IndexOf(':', StringComparison.Ordinal) == colon);
        var name = (hasPort ? host[..colon] : host).Trim('[', ']');
        return !hasPort ? new StoreEndpoint(name, port)
            : int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var own) && own is > 0 and <= ushort.MaxValue ? new StoreEndpoint(name, own)
            : throw Wrong(stage, Setting, $"has the Host '{host}'; allowed behind the colon is a port, 1 to {ushort.MaxValue}.");
    }
}
