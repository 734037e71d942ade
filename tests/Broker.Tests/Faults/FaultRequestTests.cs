using System.Text;
using Millrace.Broker.Faults;

namespace Millrace.Broker.Tests.Faults;

public sealed class FaultRequestTests
{
    [Fact]
    public void A_failure_is_read() => Assert.Equal(
        new FaultState { Kind = FaultKind.Fail, Request = ApiKey.Produce, Error = KafkaError.NotLeaderOrFollower, Remaining = 3, ClientId = "c" },
        Parse("""{"fault":"fail","request":"Produce","error":"notLeaderOrFollower","times":3,"clientId":"c"}"""));

    [Fact]
    public void A_delay_is_for_all_requests_and_without_end_if_nothing_else_is_said() => Assert.Equal(
        new FaultState { Kind = FaultKind.Delay, Delay = TimeSpan.FromMilliseconds(250) },
        Parse("""{"fault":"delay","milliseconds":250}"""));

    [Fact]
    public void A_delay_may_be_for_some_requests_only() => Assert.Equal(
        new FaultState { Kind = FaultKind.Delay, Delay = TimeSpan.Zero, Request = ApiKey.Fetch, Remaining = 2 },
        Parse("""{"fault":"delay","milliseconds":0,"request":"Fetch","times":2}"""));

    [Fact]
    public void A_dropped_connection_is_read() => Assert.Equal(
        new FaultState { Kind = FaultKind.Drop, Request = ApiKey.EndTxn, Point = DropPoint.AfterApplying, Remaining = 1 },
        Parse("""{"fault":"drop","request":"EndTxn","point":"AfterApplying"}"""));

    [Fact]
    public void A_lost_coordinator_is_read() => Assert.Equal(
        new FaultState { Kind = FaultKind.LoseCoordinator, Remaining = 5 },
        Parse("""{"fault":"loseCoordinator","times":5}"""));

    [Theory]
    [InlineData("""{}""", "'fault' is missing")]
    [InlineData("""{"fault":"explode"}""", "'fault' is \"explode\"", "Fail, Delay, Drop, LoseCoordinator")]
    [InlineData("""{"fault":1}""", "'fault' is 1", "LoseCoordinator")]
    [InlineData("""{"fault":"fail","error":"PolicyViolation"}""", "'request' is missing")]
    [InlineData("""{"fault":"fail","request":"Produce"}""", "'error' is missing")]
    [InlineData("""{"fault":"fail","request":"Product","error":"PolicyViolation"}""", "'request' is \"Product\"", "Produce, Fetch, ")]
    [InlineData("""{"fault":"fail","request":"0","error":"PolicyViolation"}""", "'request' is \"0\"", "Produce, Fetch, ")]
    [InlineData("""{"fault":"fail","request":"Produce","error":"None"}""", "'error' is \"None\"", "PolicyViolation")]
    [InlineData("""{"fault":"fail","request":"Produce","error":"PolicyViolation","times":0}""", "'times' is 0", "from 1 to")]
    [InlineData("""{"fault":"fail","request":"Produce","error":"PolicyViolation","times":1.5}""", "'times' is 1.5", "whole number")]
    [InlineData("""{"fault":"fail","request":"Produce","error":"PolicyViolation","times":"1"}""", "'times' is \"1\"", "whole number")]
    [InlineData("""{"fault":"fail","request":"Produce","error":"PolicyViolation","point":"AfterApplying"}""", "'point' does not belong", "fault, clientId, times, request, error")]
    [InlineData("""{"fault":"delay"}""", "'milliseconds' is missing")]
    [InlineData("""{"fault":"delay","milliseconds":600001}""", "'milliseconds' is 600001", "from 0 to 600000")]
    [InlineData("""{"fault":"drop"}""", "'request' is missing")]
    [InlineData("""{"fault":"drop","request":"Fetch","point":"Never"}""", "'point' is \"Never\"", "BeforeApplying, AfterApplying")]
    [InlineData("""{"fault":"loseCoordinator","request":"Fetch"}""", "'request' does not belong")]
    [InlineData("""{"fault":"loseCoordinator","clientId":""}""", "'clientId' is \"\"", "not empty")]
    [InlineData("""{"fault":"loseCoordinator","clientId":null}""", "'clientId' is null")]
    [InlineData("""{"fault":"loseCoordinator","fault":"drop"}""", "'fault' stands there twice")]
    [InlineData("""{"fault":"loseCoordinator"} {}""", "JSON")]
    [InlineData("""[]""", "object is allowed here, not []")]
    [InlineData("""{"fault":""", "not a JSON object")]
    [InlineData("""{"fault":"loseCoordinator","a":[[[[[]]]]]}""", "not a JSON object")]
    [InlineData("""{"\ud800":1}""", "not UTF-8")]
    [InlineData("""{"fault":"\ud800"}""", "'fault' is not UTF-8")]
    [InlineData("", "not a JSON object")]
    public void What_is_wrong_is_said(string json, params string[] expected)
    {
        var error = Assert.Throws<FormatException>(() => Parse(json));

        Assert.All(expected, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_long_value_is_not_repeated_in_full() =>
        Assert.InRange(Assert.Throws<FormatException>(() => Parse($$"""{"fault":"{{new string('x', 10_000)}}"}""")).Message.Length, 1, 300);

    private static FaultState Parse(string json) => FaultRequest.Parse(Encoding.UTF8.GetBytes(json));
}
