using System.Text.Json;

namespace Millrace.Schemas.Tests;

public sealed class JsonEqualityTests
{
    [Theory]
    [InlineData("1", "1.0", true)]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567891", false)]
    [InlineData("\"a\"", "\"\\u0061\"", true)]
    [InlineData("1", "true", false)]
    [InlineData("0", "false", false)]
    [InlineData("null", "false", false)]
    [InlineData("[1,2]", "[2,1]", false)]
    [InlineData("[1,2]", "[1,2,3]", false)]
    [InlineData("""{"a":1,"b":[2]}""", """{"b":[2.0],"\u0061":1}""", true)]
    [InlineData("""{"a":1}""", """{"b":1}""", false)]
    [InlineData("""{"a":1}""", """{"a":1,"b":1}""", false)]
    public void Values_are_equal_by_what_they_say(string x, string y, bool equal)
    {
        var (left, right) = (JsonElement.Parse(x), JsonElement.Parse(y));
        Assert.Equal(equal, JsonEquality.Instance.Equals(left, right));
        Assert.Equal(equal, JsonEquality.Instance.Equals(right, left));
        Assert.True(!equal || JsonEquality.Instance.GetHashCode(left) == JsonEquality.Instance.GetHashCode(right));
    }

    [Fact]
    public void Large_objects_are_equal_whatever_their_order()
    {
        var names = Enumerable.Range(0, 1000).Select(number => $"\"name{number}\":{number}").ToList();
        var forwards = JsonElement.Parse($"{{{string.Join(',', names)}}}");
        names.Reverse();
        var backwards = JsonElement.Parse($"{{{string.Join(',', names)}}}");
        var different = JsonElement.Parse($"{{{string.Join(',', names)}}}".Replace("\"name7\":7,", "\"name7\":8,", StringComparison.Ordinal));
        Assert.True(JsonEquality.Instance.Equals(forwards, backwards));
        Assert.Equal(JsonEquality.Instance.GetHashCode(forwards), JsonEquality.Instance.GetHashCode(backwards));
        Assert.False(JsonEquality.Instance.Equals(forwards, different));
    }
}
