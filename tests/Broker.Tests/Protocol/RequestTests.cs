using System.Reflection;
using Millrace.Broker.Protocol;
using Xunit.Abstractions;

namespace Millrace.Broker.Tests.Protocol;

/// <summary>What holds for every request that the broker answers, in every version that it offers.</summary>
public sealed class RequestTests(ITestOutputHelper output)
{
    private static readonly Type[] Types = [.. typeof(IRequest).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IRequest)))];

    public static TheoryData<string> Requests => new(Types.Select(type => type.FullName!));

    [Fact]
    public void There_is_one_request_per_number()
    {
        var keys = Types.Select(type => (ApiKey)type.GetProperty(nameof(IRequest.Key))!.GetValue(null)!).ToList();

        Assert.NotEmpty(keys);
        Assert.Equal(keys.Count, keys.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void What_is_written_of_a_request_is_read(string type) => Run(nameof(RoundTrip), type);

    [Theory]
    [MemberData(nameof(Requests))]
    public void A_refusal_can_be_written(string type) => Run(nameof(Refusal), type);

    [Theory]
    [MemberData(nameof(Requests))]
    public void Noise_is_read_or_refused(string type) => Run(nameof(Noise), type);

    private static void RoundTrip<T>(Random random)
        where T : IRequest, new()
    {
        Assert.InRange(T.Versions.Min, 0, T.Versions.Max);
        for (var version = T.Versions.Min; version <= T.Versions.Max; version++)
        {
            var flexible = version >= T.Versions.FlexibleFrom;
            var bytes = new T().Write(version, flexible);
            Assert.Equal(bytes, Frames.Read<T>(bytes, version, flexible).Write(version, flexible));
        }
    }

    private static void Refusal<T>(Random random)
        where T : IRequest, new()
    {
        for (var version = T.Versions.Min; version <= T.Versions.Max; version++)
        {
            var flexible = version >= T.Versions.FlexibleFrom;
            Assert.NotEmpty(new T().Refuse(KafkaError.PolicyViolation).Write(version, flexible));
        }
    }

    private static void Noise<T>(Random random)
        where T : IRequest, new()
    {
        for (var i = 0; i < 500; i++)
        {
            var version = (short)random.Next(T.Versions.Min, T.Versions.Max + 1);
            var frame = new byte[random.Next(200)];
            for (var at = 0; at < frame.Length; at++)
            {
                // Small numbers are lengths that fit; noise alone would be refused at its first length.
                frame[at] = (byte)(random.Next(4) == 0 ? random.Next(256) : random.Next(4));
            }

            var request = new T();
            try
            {
                request.Describe(new WireReader(frame, version, version >= T.Versions.FlexibleFrom));
            }
            catch (WireException)
            {
                continue;
            }

            Assert.NotNull(request.Refuse(KafkaError.InvalidRequest));
        }
    }

    private void Run(string check, string type)
    {
        const int Seed = 20_260_103;
        output.WriteLine($"Seed {Seed}");
        try
        {
            typeof(RequestTests).GetMethod(check, BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(typeof(IRequest).Assembly.GetType(type)!)
                .Invoke(null, [new Random(Seed)]);
        }
        catch (TargetInvocationException error)
        {
            throw error.InnerException!;
        }
    }
}
