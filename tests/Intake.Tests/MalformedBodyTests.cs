using System.Globalization;
using System.Text;
using Xunit.Abstractions;

namespace Millrace.Intake.Tests;

/// <summary>Whatever is sent: a client's mistake is the client's, and costs nothing for long.</summary>
[Collection(Alone.Name)]
public sealed class MalformedBodyTests(ITestOutputHelper output)
{
    private const int Bodies = 1_000;

    [Fact]
    public async Task A_thousand_malformed_bodies_are_4xx_and_memory_stays_as_it_was()
    {
        var seed = Environment.GetEnvironmentVariable("MILLRACE_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"MILLRACE_SEED={seed}");
        var random = new Random(seed);
        await using var app = await IntakeApp.StartAsync();

        // What is made once for all is made before.
        for (var n = 0; n < Bodies / 5; n++)
        {
            await SendAsync(app, random);
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var n = 0; n < Bodies; n++)
        {
            await SendAsync(app, random);
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 8_000_000);
        Assert.Equal(0, app.Service.QueuedBytes);
        Assert.Equal(0, app.Count("things"));
    }

    private static async Task SendAsync(IntakeApp app, Random random)
    {
        var body = Malformed(random);
        using var answer = await app.PostAsync(body);

        Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{(int)answer.StatusCode} for {Convert.ToBase64String(body)}");
    }

    // Each kind is surely wrong: the name is required, and is cut, doubled or of another type; or the text is broken.
    private static byte[] Malformed(Random random)
    {
        var good = Encoding.UTF8.GetBytes(IntakeApp.Event(more: ",\"any\":[1,2.5e3,{\"x\":\"\\u00e9\"},null,true]"));
        switch (random.Next(9))
        {
            case 0:
                return good[..random.Next(good.Length)];
            case 1:
                // A control character is nowhere allowed, but for white space.
                good[random.Next(good.Length)] = (byte)random.Next(1, 9);
                return good;
            case 2:
                good[random.Next(good.Length)] = (byte)random.Next(0xF8, 0x100);
                return good;
            case 3:
                return [.. good, .. Encoding.UTF8.GetBytes("]}{["[random.Next(4)].ToString())];
            case 4:
                return Encoding.UTF8.GetBytes(IntakeApp.Event(more: $",\"any\":{new string('[', random.Next(66, 5_000))}"));
            case 5:
                return Encoding.UTF8.GetBytes(IntakeApp.Event(more: $",\"any\":{(random.Next(2) == 0 ? "-" : "")}{random.Next(1, 99)}e{random.Next(400, 99_999)}"));
            case 6:
                return Encoding.UTF8.GetBytes(IntakeApp.Event(more: $",\"any\":\"\\ud8{random.Next(10, 99)}\""));
            case 7:
                return Encoding.UTF8.GetBytes(IntakeApp.Event(more: ",\"name\":\"again\""));
            default:
                var noise = new byte[random.Next(1, 4_096)];
                random.NextBytes(noise);
                return noise;
        }
    }
}
