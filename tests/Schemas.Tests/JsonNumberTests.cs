using System.Globalization;
using System.Numerics;
using System.Text;

namespace Millrace.Schemas.Tests;

public sealed class JsonNumberTests
{
    private const int Seed = 20260131;

    [Theory]
    [InlineData("0", "-0", 0)]
    [InlineData("0", "0.000e5", 0)]
    [InlineData("1", "1.0", 0)]
    [InlineData("100", "1e2", 0)]
    [InlineData("0.5", "5E-1", 0)]
    [InlineData("12.50", "1250e-2", 0)]
    [InlineData("1", "2", -1)]
    [InlineData("-1", "1", -1)]
    [InlineData("-2", "-1", -1)]
    [InlineData("-1", "0", -1)]
    [InlineData("0.1", "0.01", 1)]
    [InlineData("9007199254740993", "9007199254740992", 1)]
    [InlineData("9007199254740992.5", "9007199254740992", 1)]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567891", -1)]
    [InlineData("1e400", "1e399", 1)]
    [InlineData("-1e400", "1", -1)]
    [InlineData("1e-400", "0", 1)]
    [InlineData("1e1000000000", "9e999999999", 1)]
    [InlineData("1e-1000000000", "1e-1000000001", 1)]
    [InlineData("10e999999999999999", "1e1000000000000000", 0)]
    public void Numbers_compare_by_their_exact_value(string x, string y, int order)
    {
        Assert.Equal(order, Math.Sign(Number(x).CompareTo(Number(y))));
        Assert.Equal(-order, Math.Sign(Number(y).CompareTo(Number(x))));
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("1.0", true)]
    [InlineData("12.5e1", true)]
    [InlineData("1e1000000000", true)]
    [InlineData("123456789012345678901234567890", true)]
    [InlineData("0.5", false)]
    [InlineData("12.5", false)]
    [InlineData("1e-1", false)]
    [InlineData("9007199254740992.5", false)]
    public void A_number_is_whole_however_it_is_written(string number, bool whole) =>
        Assert.Equal(whole, Number(number).IsWhole);

    [Theory]
    [InlineData("10", "2", true)]
    [InlineData("7", "2", false)]
    [InlineData("0", "3", true)]
    [InlineData("-9", "3", true)]
    [InlineData("4.5", "1.5", true)]
    [InlineData("0.0075", "0.0001", true)]
    [InlineData("0.00751", "0.0001", false)]
    [InlineData("1e1000000000", "3", false)]
    [InlineData("3e1000000000", "3", true)]
    [InlineData("1e1000000000", "1024", true)]
    [InlineData("1e-1000000000", "3", false)]
    [InlineData("1e308", "0.123456789", false)]
    [InlineData("100000000000000000000000000000000000003", "100000000000000000000000000000000000003", true)]
    [InlineData("100000000000000000000000000000000000004", "100000000000000000000000000000000000003", false)]
    public void A_multiple_is_exact_and_cheap_whatever_the_exponent(string number, string divisor, bool multiple) =>
        Assert.Equal(multiple, Number(number).IsMultipleOf(Number(divisor)));

    [Fact]
    public void Exponents_beyond_eighteen_digits_are_known_not_to_be_exact()
    {
        Assert.True(Number("1e999999999999999999").HasExactExponent);
        Assert.False(Number("1e1000000000000000000").HasExactExponent);
        Assert.True(Number("1e0000000000000000000000000005").HasExactExponent);
        Assert.Equal(0, Number("1e0000000000000000000000000005").CompareTo(Number("100000")));
    }

    [Fact]
    public void Random_numbers_agree_with_big_integers()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 20_000; i++)
        {
            var (x, y, divisor) = (Draw(random), Draw(random), Draw(random) with { Negative = false });
            divisor = divisor.Digits.IsZero ? divisor with { Digits = 7 } : divisor;
            var context = $"seed {Seed}, step {i}: {x} {y} {divisor}";
            Assert.True(Math.Sign(Number(x.ToString()).CompareTo(Number(y.ToString()))) == BigInteger.Compare(x.Scaled, y.Scaled), context);
            Assert.True(Number(x.ToString()).IsMultipleOf(Number(divisor.ToString())) == (x.Scaled % divisor.Scaled).IsZero, context);
            Assert.True(Number(x.ToString()).IsWhole == (x.Scaled % BigInteger.Pow(10, 40)).IsZero, context);
            if (x.Scaled == y.Scaled)
            {
                Assert.True(Number(x.ToString()).GetHashCode() == Number(y.ToString()).GetHashCode(), context);
            }
        }
    }

    private static JsonNumber Number(string token) => JsonNumber.Of(Encoding.UTF8.GetBytes(token));

    private static Drawn Draw(Random random) =>
        new(random.Next(2) == 0, random.Next(3) == 0 ? random.Next(20) : random.NextInt64(), random.Next(4), random.Next(-15, 15));

    private sealed record Drawn(bool Negative, BigInteger Digits, int Fraction, int Exponent)
    {
        public BigInteger Scaled => (Negative ? -1 : 1) * Digits * BigInteger.Pow(10, 40 + Exponent - Fraction);

        public override string ToString()
        {
            var digits = Digits.ToString(CultureInfo.InvariantCulture).PadLeft(Fraction + 1, '0');
            var mantissa = Fraction == 0 ? digits : $"{digits[..^Fraction]}.{digits[^Fraction..]}";
            return $"{(Negative ? "-" : "")}{mantissa}{(Exponent == 0 ? "" : $"e{Exponent}")}";
        }
    }
}
