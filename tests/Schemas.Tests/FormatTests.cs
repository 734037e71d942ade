using System.Text;

namespace Millrace.Schemas.Tests;

public sealed class FormatTests
{
    [Theory]
    [InlineData("date-time", "2026-01-31T12:00:00Z")]
    [InlineData("date-time", "2026-01-31t12:00:00.123456789z")]
    [InlineData("date-time", "2024-02-29T00:00:00+14:00")]
    [InlineData("date-time", "2000-02-29T23:59:59-00:00")]
    [InlineData("date-time", "1998-12-31T23:59:60Z")]
    [InlineData("date-time", "1998-12-31T15:59:60.5-08:00")]
    [InlineData("date", "2026-12-31")]
    [InlineData("time", "23:59:59Z")]
    [InlineData("time", "01:29:60+01:30")]
    [InlineData("uri", "http://user:pw@example.org:8080/a/b;c?d=e%20f#g")]
    [InlineData("uri", "urn:isbn:0451450523")]
    [InlineData("uri", "http://[2001:db8::1]:80/")]
    [InlineData("uri", "mailto:a@example.org")]
    [InlineData("uri", "file:///etc/hosts")]
    [InlineData("uri-reference", "")]
    [InlineData("uri-reference", "/a/b")]
    [InlineData("uri-reference", "//example.org/a")]
    [InlineData("uri-reference", "a/b:c")]
    [InlineData("uri-reference", "#fragment")]
    [InlineData("email", "a.b+c@example.org")]
    [InlineData("email", "\"a \\\"b\\\" c\"@example.org")]
    [InlineData("email", "a@[127.0.0.1]")]
    [InlineData("email", "a@[IPv6:::1]")]
    [InlineData("hostname", "www.example-1.org")]
    [InlineData("hostname", "localhost")]
    [InlineData("ipv4", "0.0.0.0")]
    [InlineData("ipv4", "255.255.255.255")]
    [InlineData("ipv6", "::")]
    [InlineData("ipv6", "::1")]
    [InlineData("ipv6", "1::")]
    [InlineData("ipv6", "1:2:3:4:5:6:7:8")]
    [InlineData("ipv6", "1:2:3:4:5:6:1.2.3.4")]
    [InlineData("ipv6", "::ffff:1.2.3.4")]
    [InlineData("uuid", "2EB8AA08-aa98-11ea-b4aa-73b441d16380")]
    [InlineData("json-pointer", "")]
    [InlineData("json-pointer", "/a~0b/~1/")]
    [InlineData("regex", "^(?=a)\\1$")]
    public void A_text_of_the_form_is_accepted(string format, string text) => Assert.True(Matches(format, text));

    [Theory]
    [InlineData("date-time", "2026-01-31 12:00:00Z")]
    [InlineData("date-time", "2026-01-31T12:00:00")]
    [InlineData("date-time", "2026-02-29T12:00:00Z")]
    [InlineData("date-time", "1900-02-29T12:00:00Z")]
    [InlineData("date-time", "2026-13-01T12:00:00Z")]
    [InlineData("date-time", "2026-04-31T12:00:00Z")]
    [InlineData("date-time", "2026-01-31T24:00:00Z")]
    [InlineData("date-time", "2026-01-31T12:60:00Z")]
    [InlineData("date-time", "2026-01-31T12:00:60Z")]
    [InlineData("date-time", "1998-12-31T23:59:61Z")]
    [InlineData("date-time", "1998-12-31T22:59:60Z")]
    [InlineData("date-time", "2026-01-31T12:00:00.Z")]
    [InlineData("date-time", "2026-01-31T12:00:00+24:00")]
    [InlineData("date-time", "2026-01-31T12:00:00+0100")]
    [InlineData("date-time", "２026-01-31T12:00:00Z")]
    [InlineData("date-time", "")]
    [InlineData("date", "2026-1-31")]
    [InlineData("date", "2026-00-10")]
    [InlineData("time", "12:00:00")]
    [InlineData("time", "12:00Z")]
    [InlineData("uri", "/relative")]
    [InlineData("uri", "1http://example.org")]
    [InlineData("uri", "http://example.org/a b")]
    [InlineData("uri", "http://example.org/%zz")]
    [InlineData("uri", "http://example.org:port/")]
    [InlineData("uri", "http://[1::2::3]/")]
    [InlineData("uri", "http://example.org/<a>")]
    [InlineData("uri", "http://a@b@c/")]
    [InlineData("uri-reference", "\\\\host\\share")]
    [InlineData("uri-reference", "ä")]
    [InlineData("uri-reference", "#a#b")]
    [InlineData("email", "example.org")]
    [InlineData("email", "a..b@example.org")]
    [InlineData("email", ".a@example.org")]
    [InlineData("email", "a@-example.org")]
    [InlineData("email", "\"a\"b\"@example.org")]
    [InlineData("email", "\"a\\\\\"b\"@example.org")]
    [InlineData("hostname", "")]
    [InlineData("hostname", "-a.org")]
    [InlineData("hostname", "a..org")]
    [InlineData("hostname", "a_b.org")]
    [InlineData("ipv4", "1.2.3")]
    [InlineData("ipv4", "1.2.3.4.5")]
    [InlineData("ipv4", "1.2.3.256")]
    [InlineData("ipv4", "01.2.3.4")]
    [InlineData("ipv4", "1.2.3.+4")]
    [InlineData("ipv6", "1:2:3:4:5:6:7")]
    [InlineData("ipv6", "1:2:3:4:5:6:7:8:9")]
    [InlineData("ipv6", "1::2::3")]
    [InlineData("ipv6", ":1:2:3:4:5:6:7")]
    [InlineData("ipv6", "12345::")]
    [InlineData("ipv6", "::1%eth0")]
    [InlineData("ipv6", "1.2.3.4::")]
    [InlineData("ipv6", "1:2:3:4:5:6:7::8")]
    [InlineData("uuid", "2eb8aa08-aa98-11ea-b4aa-73b441d1638")]
    [InlineData("uuid", "2eb8aa08aa98-11ea-b4aa-73b441d16380-")]
    [InlineData("json-pointer", "a")]
    [InlineData("json-pointer", "/a~2")]
    [InlineData("json-pointer", "/a~")]
    [InlineData("regex", "(")]
    public void A_text_of_another_form_is_refused(string format, string text) => Assert.False(Matches(format, text));

    [Fact]
    public void A_host_name_has_labels_of_63_characters_at_most()
    {
        Assert.True(Matches("hostname", $"{new string('a', 63)}.org"));
        Assert.False(Matches("hostname", $"{new string('a', 64)}.org"));
        Assert.False(Matches("hostname", string.Join('.', Enumerable.Repeat("abcdefg", 32))));
    }

    [Fact]
    public void Formats_that_are_not_listed_say_nothing() => Assert.Null(Format.Find("idn-email"));

    [Fact]
    public void A_long_regular_expression_is_refused_without_reading_it() => Assert.False(Matches("regex", new string('a', 10_000)));

    [Theory]
    [InlineData("{")]
    [InlineData("[")]
    [InlineData("(")]
    [InlineData("\\p{")]
    [InlineData("(?<")]
    public void A_hostile_regular_expression_costs_little(string part) =>
        Assert.False(Matches("regex", string.Concat(Enumerable.Repeat(part, 1500)) + "("));

    private static bool Matches(string format, string text) => Format.Find(format)!.Matches(Encoding.UTF8.GetBytes(text));
}
