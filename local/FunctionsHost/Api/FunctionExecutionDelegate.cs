namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>Runs a call, or the rest of one.</summary>
public delegate Task FunctionExecutionDelegate(FunctionContext context);
