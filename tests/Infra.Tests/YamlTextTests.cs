using Millrace.Local;
using Xunit.Abstractions;
using YamlDotNet.RepresentationModel;

namespace Millrace.Infra.Tests;

public sealed class YamlTextTests(ITestOutputHelper output)
{
    private static readonly string[] Awkward =
    [
        "", " ", "true", "Yes", "off", "n", "null", "~", "1", "1e3", "0x1f", "1.5", ".5", "-", "- a", "a: b", "a #b", "#a", "'", "\"", "\\", "{}", "[", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a",
        "a\nb", "\t", "é", "日本", "^(a|b\\.c)$", "12:30:00", "=", "<<", "kafka:9092", "2026-01-01",
    ];

    [Fact]
    public void Every_text_is_read_back_as_that_text() => Assert.All(Awkward, text =>
    {
        var read = Yaml.Read(YamlText.Write(new YamlMap { { "key", text }, { "list", new YamlList { text } } }, "head")).Single();

        Assert.Equal((text, text), (read.Text("key"), read.Text("list.0")));
        Assert.Equal(("string", "string"), (Yaml.TypeOf(read.At("key")!), Yaml.TypeOf(read.At("list.0")!)));
    });

    [Fact]
    public void Numbers_and_truth_values_are_no_texts()
    {
        var read = Yaml.Read(YamlText.Write(new YamlMap { { "number", 4 }, { "truth", false }, { "text", "4" } }, "head")).Single();

        Assert.Equal(["integer", "boolean", "string"], new[] { "number", "truth", "text" }.Select(key => Yaml.TypeOf(read.At(key)!)));
    }

    [Fact]
    public void Comments_stand_above_what_they_are_about_and_no_line_is_long()
    {
        var text = YamlText.Write(new YamlMap { { "list", new YamlList { { new YamlMap { { "a", 1, "of a" }, { "b", 2, string.Join(' ', Enumerable.Repeat("word", 60)) } }, "of the item" } } } }, "head");

        Assert.StartsWith("# head\nlist:\n  # of the item\n  # of a\n  - a: 1\n    # word word", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 120));
    }

    [Fact]
    public void Whatever_is_nested_is_read_back_as_it_was()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MILLRACE_SEED"), out var given) ? given : 20261123;
        output.WriteLine($"MILLRACE_SEED={seed}");
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var map = Map(random, depth: 4);
            Assert.Equal(Shape(map), Shape(Yaml.Read(YamlText.Write(map, "head")).Single()));
        }
    }

    private static YamlMap Map(Random random, int depth)
    {
        var map = new YamlMap();
        foreach (var index in Enumerable.Range(0, 1 + random.Next(3)))
        {
            map.Add($"k{index}", Value(random, depth - 1), random.Next(3) == 0 ? "why: \"this\" # that" : null);
        }

        return map;
    }

    private static object Value(Random random, int depth) => (depth > 0 ? random.Next(5) : random.Next(3)) switch
    {
        0 => random.Next(1000),
        1 => random.Next(2) == 0,
        2 => Awkward[random.Next(Awkward.Length)],
        3 => Map(random, depth),
        _ => new YamlList().With(Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(2) == 0 ? Map(random, depth) : Value(random, 0))),
    };

    private static string Shape(object value) => value switch
    {
        YamlMap map => $"{{{string.Join(',', map.Select(entry => $"{entry.Key}:{Shape(entry.Value)}"))}}}",
        YamlList list => $"[{string.Join(',', list.Select(item => Shape(item.Value)))}]",
        YamlMappingNode map => $"{{{string.Join(',', map.Children.Select(entry => $"{entry.Key}:{Shape(entry.Value)}"))}}}",
        YamlSequenceNode list => $"[{string.Join(',', list.Children.Select(Shape))}]",
        YamlScalarNode scalar => $"{Yaml.TypeOf(scalar)} {scalar.Value}",
        bool flag => $"boolean {(flag ? "true" : "false")}",
        int number => $"integer {number}",
        _ => $"string {value}",
    };
}
