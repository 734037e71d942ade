using System.Text;

namespace Millrace.Connectors.Tests;

[Collection(nameof(PostgresFixture))]
public sealed class PostgresTimestampTests(PostgresFixture server)
{
    [PostgresTheory]
    [InlineData("2000-01-01T00:00:00Z")]
    [InlineData("2026-01-31t12:00:00.1z")]
    [InlineData("1999-12-31T23:59:59.9999995Z")]
    [InlineData("1999-12-31T23:59:59.9999994Z")]
    [InlineData("0001-01-01T00:00:00-00:30")]
    [InlineData("0004-02-29T05:06:07.123456+14:00")]
    [InlineData("1900-02-28T24:00:00Z", false)]
    [InlineData("1900-02-29T00:00:00Z", false)]
    [InlineData("2000-02-29T23:59:59.000001-15:59")]
    [InlineData("9999-12-31T23:59:60Z")]
    [InlineData("2026-01-31T12:00:00", false)]
    [InlineData("2026-01-31 12:00:00Z", false)]
    [InlineData("2026-01-31T12:00:00.Z", false)]
    [InlineData("2026-1-31T12:00:00.00Z", false)]
    [InlineData("+026-01-31T12:00:00Z", false)]
    public async Task An_instant_is_the_one_that_the_server_reads(string text, bool isInstant = true)
    {
        await using var place = new PostgresPlace(server);

        Assert.Equal(isInstant, PostgresTimestamp.TryParse(Encoding.UTF8.GetBytes(text), out var micros));

        if (isInstant)
        {
            Assert.Equal([$"{micros}"], await place.QueryAsync($"SELECT (extract(epoch FROM '{text}'::timestamptz - '2000-01-01T00:00:00Z'::timestamptz) * 1000000)::bigint"));
        }
    }
}
