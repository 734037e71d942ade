namespace Millrace.FunctionsHost;

/// <summary>Stands among the services of an application that has asked for functions with an HTTP trigger.</summary>
internal sealed class WebFunctions;
