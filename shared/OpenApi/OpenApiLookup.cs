using System.Text.Json;
using Millrace.Core;
using Millrace.Lookups;

namespace Millrace.OpenApi;

/// <summary>One operation of one server, as a stage asks it.</summary>
internal sealed class OpenApiLookup(LookupPlan plan, Uri server, HttpLookup http) : IDisposable
{
    private const int MaxQuotation = 1_000;

    private readonly OperationAddress _address = new(server, plan.Operation.Path, plan.Parameters);

    /// <summary>What the catalog says.</summary>
    public LookupDefinition Definition => plan.Definition;

    /// <summary>Asks for an event.</summary>
    /// <returns>The answer, which matches the schema that the document has for it.</returns>
    /// <exception cref="StageException">There is no such answer, or the event lacks what is needed to ask.</exception>
    public async ValueTask<JsonElement> AskAsync(JsonElement @event, CancellationToken cancellation)
    {
        var address = _address.For(@event);
        var answer = plan.Operation.IsPost
            ? await PostAsync(address, RequestBody.For(plan.Body, @event), cancellation).ConfigureAwait(false)
            : await http.GetJsonAsync(address, cancellation).ConfigureAwait(false);
        return plan.Answer.Refuse(answer) is not { } refusal ? answer : throw new StageException(new StageError(
            OpenApiErrorTypes.InvalidAnswer, Excerpt.Of($"The answer of operation '{Definition.Operation}' at {Place(address)} does not match {Definition.Document}: {refusal}.", MaxQuotation)));
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose() => http.Dispose();

    private async ValueTask<JsonElement> PostAsync(Uri address, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var answer = await http.PostAsync(address, new LookupPost(body, RequestBody.ContentType, [new("Accept", RequestBody.ContentType)]), cancellation).ConfigureAwait(false);
        if (!answer.IsSuccess)
        {
            throw new StageException(new StageError(LookupErrorTypes.Status, $"The post to {Place(address)} was answered with status {(int)answer.Status}."));
        }

        try
        {
            return JsonElement.Parse(answer.Body.Span);
        }
        catch (JsonException cause)
        {
            throw new StageException(new StageError(LookupErrorTypes.Malformed, $"The answer of {Place(address)} is no JSON: {cause.Message}"), cause);
        }
    }

    private static string Place(Uri address) => Excerpt.Of(address.GetLeftPart(UriPartial.Path), MaxQuotation / 2);
}
