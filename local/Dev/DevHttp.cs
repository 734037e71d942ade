using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Millrace.Local;

/// <summary>The functions with an HTTP trigger, the intake above all, as <c>millrace dev</c> serves them: on the loopback interface.</summary>
internal static class DevHttp
{
    /// <summary>The port that is taken where it is free.</summary>
    public const int UsualPort = 7071;

    private const string ErrorStream = "EventIntake.error";
    private const string TestStream = "EventIntake.test";

    /// <summary>The topics of the intake's own streams.</summary>
    public static IReadOnlyList<string> Topics { get; } = [ErrorStream, TestStream];

    /// <summary>Whether anything is served: a run that only drains serves nothing, unless it was told where.</summary>
    public static bool IsServed(DevOptions options) => options.Port is not null || !options.UntilDrained;

    /// <summary>The usual port, or any where it is taken: 0.</summary>
    public static int FreePort() => IsFree(UsualPort) ? UsualPort : 0;

    /// <summary>The settings of the function app.</summary>
    public static IEnumerable<string> Settings(DevOptions options)
    {
        if (IsServed(options))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"--FunctionsHost:Port={options.Port ?? FreePort()}");
        }

        yield return $"--Intake:ErrorStream={ErrorStream}";
        yield return $"--Intake:TestStream={TestStream}";
    }

    /// <summary>Says where functions are served.</summary>
    public static void Greet(Uri? address, DevView view)
    {
        if (address is not null)
        {
            view.Say($"The console is at {address}.");
            view.Say($"Events are taken at {address}v1/events; try it at {address}v1/try.");
        }
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
