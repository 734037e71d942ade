using System.Text;

namespace Millrace.Schemas.Tests;

public sealed class EcmaPatternTests
{
    [Theory]
    [InlineData("^[a-f0-9]{8}(-[a-f0-9]{4}){3}$", "0123abcd-0123-abcd-0123", true)]
    [InlineData("^a$", "a\n", false)]
    [InlineData("b", "abc", true)]
    [InlineData(@"^\d$", "\u0663", false)]
    [InlineData(@"^\w$", "\u00e9", false)]
    [InlineData(@"^\s$", "\u00a0", true)]
    [InlineData(@"^\s$", "\ufeff", true)]
    [InlineData(@"^\S$", "\u180e", true)]
    [InlineData("^.$", "\u2028", false)]
    [InlineData("^.$", "😀", true)]
    [InlineData("^[^a]$", "😀", true)]
    [InlineData(@"^\W$", "😀", true)]
    [InlineData("^😀{2}$", "😀😀", true)]
    [InlineData(@"^\ud83d\ude00$", "😀", true)]
    [InlineData(@"^\u{1F600}$", "😀", true)]
    [InlineData(@"^\p{Lu}\P{L}$", "É1", true)]
    [InlineData(@"^[\w.-]+\/\x41\cA$", "a.b-c/A\u0001", true)]
    [InlineData("^[a-z-[aeiou]]$", "b]", true)]
    [InlineData("[]", "anything", false)]
    [InlineData("^[^]$", "\n", true)]
    [InlineData("^[\\]\\\\-]+$", "]\\-", true)]
    [InlineData("^[\\d-x]+$", "1-x", true)]
    [InlineData("^a{,2}$", "a{,2}", true)]
    [InlineData("^(?<name>a|b)*?$", "abab", true)]
    [InlineData("^#x y$", "#x y", true)]
    [InlineData("^[\\b]$", "\b", true)]
    [InlineData("", "anything", true)]
    public void Patterns_match_as_ECMAScript_does(string pattern, string text, bool matches)
    {
        Assert.True(EcmaPattern.TryCompile(pattern, out var compiled, out var problem), problem);
        Assert.Equal(matches, compiled.IsMatch(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("(?=a)", "lookaround")]
    [InlineData("(?<!a)b", "lookaround")]
    [InlineData(@"(a)\1", "backreference")]
    [InlineData(@"\bword\b", "word boundary")]
    [InlineData("[😀-😎]", "beyond U+FFFF")]
    [InlineData(@"\p{Script=Greek}", "general category")]
    public void What_has_no_linear_time_is_refused_by_name(string pattern, string construct)
    {
        Assert.False(EcmaPattern.TryCompile(pattern, out _, out var problem));
        Assert.Contains(construct, problem, StringComparison.Ordinal);
        Assert.True(EcmaPattern.IsWellFormed(pattern));
    }

    [Theory]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("[a")]
    [InlineData("*a")]
    [InlineData("a**")]
    [InlineData("^*")]
    [InlineData("a{2,1}")]
    [InlineData("[z-a]")]
    [InlineData("a\\")]
    [InlineData(@"\Z")]
    [InlineData(@"\u12")]
    [InlineData(@"\u{110000}")]
    [InlineData("(?i:a)")]
    [InlineData("(?>a)")]
    [InlineData("(?#a)")]
    [InlineData("(?<1>a)")]
    public void What_is_no_pattern_is_refused(string pattern)
    {
        Assert.False(EcmaPattern.TryCompile(pattern, out _, out var problem));
        Assert.NotEmpty(problem);
        Assert.False(EcmaPattern.IsWellFormed(pattern));
    }

    [Fact]
    public void A_catastrophic_pattern_takes_linear_time()
    {
        Assert.True(EcmaPattern.TryCompile("^(a+)+$", out var pattern, out _));

        // A backtracking matcher would need 2^100000 steps.
        Assert.False(pattern.IsMatch(Encoding.UTF8.GetBytes(new string('a', 100_000) + "b")));
    }
}
