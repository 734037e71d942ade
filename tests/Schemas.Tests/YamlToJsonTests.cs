using System.Text;
using System.Text.Json;

namespace Millrace.Schemas.Tests;

public sealed class YamlToJsonTests
{
    [Theory]
    [InlineData("1", "1")]
    [InlineData("-017", "-17")]
    [InlineData("+5", "5")]
    [InlineData("0o17", "15")]
    [InlineData("0xff", "255")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData("1.50", "1.50")]
    [InlineData(".5", "0.5")]
    [InlineData("1.", "1")]
    [InlineData("-1e3", "-1e3")]
    [InlineData("true", "true")]
    [InlineData("False", "false")]
    [InlineData("null", "null")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("2021-01-01", "\"2021-01-01\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("'12'", "\"12\"")]
    [InlineData("\"true\"", "\"true\"")]
    [InlineData("!!str 12", "\"12\"")]
    [InlineData("! 12", "\"12\"")]
    [InlineData("!!float 12", "12")]
    [InlineData("!!int \"12\"", "12")]
    [InlineData("|\n  a\n  b\n", "\"a\\nb\\n\"")]
    [InlineData("[1, {b: c}]", "[1,{\"b\":\"c\"}]")]
    public void A_value_has_the_type_that_the_core_schema_gives_it(string yaml, string json) =>
        Assert.Equal($"{{\"a\":{json}}}", JsonSerializer.Serialize(JsonElement.Parse(Convert($"a: {yaml}"))));

    [Fact]
    public void Keys_are_strings_whatever_they_look_like() => Assert.Equal("""{"1":2,"true":3,"":4}""", Convert("1: 2\ntrue: 3\n'': 4"));

    [Fact]
    public void Aliases_are_copied_out() =>
        Assert.Equal("""{"a":{"x":[1]},"b":{"x":[1]},"c":[1]}""", Convert("a: &a {x: &x [1]}\nb: *a\nc: *x"));

    [Theory]
    [InlineData("a: .inf", ".inf")]
    [InlineData("a: -.INF", ".INF")]
    [InlineData("a: .nan", ".nan")]
    [InlineData("a: *missing", "missing")]
    [InlineData("a: &a [*a]", "'*a'")]
    [InlineData("a: &a {x: 1}\nb: {<<: *a}", "merge")]
    [InlineData("a: 1\n---\nb: 2", "several documents")]
    [InlineData("? [a]\n: b", "scalar")]
    [InlineData("a: !custom 1", "!custom")]
    [InlineData("a: !!int x", "no int")]
    [InlineData("a: !!set {b}", "set")]
    [InlineData("", "empty")]
    [InlineData("a: 'b", "")]
    [InlineData("a: b: c", "")]
    public void What_JSON_cannot_say_is_refused(string yaml, string named) =>
        Assert.Contains(named, Assert.Throws<FormatException>(() => Convert(yaml)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_thousand_million_laughs_are_refused()
    {
        var yaml = new StringBuilder("l0: &l0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n");
        for (var i = 1; i < 10; i++)
        {
            var previous = string.Join(", ", Enumerable.Repeat($"*l{i - 1}", 10));
            yaml.Append(System.Globalization.CultureInfo.InvariantCulture, $"l{i}: &l{i} [{previous}]\n");
        }

        Assert.Contains("larger than", Assert.Throws<FormatException>(() => Convert(yaml.ToString())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{a: ", "}")]
    public void Deep_nesting_is_refused_and_does_not_crash(string open, string close)
    {
        var yaml = string.Concat(Enumerable.Repeat(open, 50_000)) + string.Concat(Enumerable.Repeat(close, 50_000));
        Assert.Contains("deeper than 128", Assert.Throws<FormatException>(() => Convert(yaml)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused() =>
        Assert.Throws<FormatException>(() => YamlToJson.Convert([(byte)'a', (byte)':', (byte)' ', 0xFF], 64));

    private static string Convert(string yaml) => Encoding.UTF8.GetString(YamlToJson.Convert(Encoding.UTF8.GetBytes(yaml), 128));
}
