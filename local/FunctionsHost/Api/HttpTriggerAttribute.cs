namespace Microsoft.Azure.Functions.Worker;

/// <summary>Calls the function for each HTTP request to its route.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute : Attribute
{
    /// <summary>Any method, with a key of the function.</summary>
    public HttpTriggerAttribute() => AuthLevel = AuthorizationLevel.Function;

    /// <summary>These methods, with the key that <paramref name="authLevel"/> says; without any, all methods.</summary>
    public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods) => (AuthLevel, Methods) = (authLevel, methods);

    /// <summary>The route's template below the prefix of <c>host.json</c>, as ASP.NET Core writes it; unset, the function's name.</summary>
    public string? Route { get; set; }

    /// <summary>The methods that are answered; none means all.</summary>
    public string[]? Methods { get; }

    /// <summary>The key that a request must bring.</summary>
    public AuthorizationLevel AuthLevel { get; }
}
