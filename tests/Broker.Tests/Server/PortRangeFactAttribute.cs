using System.Net.Sockets;

namespace Millrace.Broker.Tests.Server;

/// <summary>A test that tells the machine which ports it may give to whoever asks for any: <c>IP_LOCAL_PORT_RANGE</c>, of Linux 6.3.</summary>
public sealed class PortRangeFactAttribute : FactAttribute
{
    private const int LevelIp = 0;
    private const int LocalPortRange = 51;

    public PortRangeFactAttribute() => Skip = OperatingSystem.IsLinux() && Environment.OSVersion.Version >= new Version(6, 3) ? null : "It needs Linux 6.3 or later.";

    /// <summary>Of all ports, the one.</summary>
    public static void Allow(Socket socket, int port) => socket.SetRawSocketOption(LevelIp, LocalPortRange, BitConverter.GetBytes((uint)(port | (port << 16))));
}
