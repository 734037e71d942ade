using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;

namespace Millrace.FunctionsHost;

/// <summary>Where functions with an HTTP trigger are served, and to whom.</summary>
/// <remarks>
/// Of the settings <c>FunctionsHost:Port</c>, <c>FunctionsHost:Address</c>, <c>FunctionsHost:FunctionKey</c> and
/// <c>FunctionsHost:MasterKey</c>, and of <c>extensions.http.routePrefix</c> in <c>host.json</c>.
/// </remarks>
internal sealed record HttpOptions
{
    private const string PortSetting = "FunctionsHost:Port";
    private const string AddressSetting = "FunctionsHost:Address";
    public const string FunctionKeySetting = "FunctionsHost:FunctionKey";
    public const string MasterKeySetting = "FunctionsHost:MasterKey";
    private const int ShortestKey = 16;

    /// <summary>The port, 0 for any; null, the default, is none: many hosts may run on one machine.</summary>
    public int? Port { get; private init; }

    /// <summary>The address to listen at; by default the loopback one.</summary>
    public IPAddress Address { get; private init; } = IPAddress.Loopback;

    /// <summary>What stands before every route; by default <c>api</c>.</summary>
    public string RoutePrefix { get; private init; } = "api";

    /// <summary>The key for functions of level <c>Function</c>.</summary>
    public string? FunctionKey { get; private init; }

    /// <summary>The key for every function.</summary>
    public string? MasterKey { get; private init; }

    /// <exception cref="FunctionsHostException">A setting has a value that is not allowed.</exception>
    public static HttpOptions Read(IConfiguration host, IConfiguration settings) => new()
    {
        Port = settings[PortSetting] is not { Length: > 0 } port ? null
            : int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= ushort.MaxValue ? number
            : throw new FunctionsHostException($"The setting {PortSetting} is '{port}'. Allowed is 0 (any free port) to {ushort.MaxValue}."),
        Address = settings[AddressSetting] is not { Length: > 0 } address ? IPAddress.Loopback
            : IPAddress.TryParse(address, out var parsed) ? parsed
            : throw new FunctionsHostException($"The setting {AddressSetting} is '{address}'. Allowed is an IP address, such as 127.0.0.1 or 0.0.0.0."),
        RoutePrefix = host["extensions:http:routePrefix"] ?? "api",
        FunctionKey = Key(settings, FunctionKeySetting),
        MasterKey = Key(settings, MasterKeySetting),
    };

    // The value stays unsaid: it is a secret.
    private static string? Key(IConfiguration settings, string name) => settings[name] switch
    {
        null or "" => null,
        { Length: < ShortestKey } => throw new FunctionsHostException($"The setting {name} is too short. Allowed are {ShortestKey} characters or more."),
        var key => key,
    };
}
