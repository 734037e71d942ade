using System.Text.Json;
using Millrace.Core;

namespace Millrace.OpenApi;

/// <summary>A parameter, and where its value comes from.</summary>
internal sealed record BoundParameter(ApiParameter Parameter, FieldBinding Binding)
{
    private const int MaxQuotation = 100;

    /// <summary>The value for an event, checked by the parameter's schema; undefined where the event has none, and none is needed.</summary>
    /// <exception cref="StageException">A value that is needed is absent, or is none that the parameter may have.</exception>
    public JsonElement Value(JsonElement @event)
    {
        var value = Binding.In(@event);
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return !Parameter.IsRequired ? default : throw new StageException(new StageError(
                OpenApiErrorTypes.MissingParameter, $"'{Binding.Field}' is missing in the event; parameter '{Parameter.Name}' of the lookup needs it."));
        }

        return Parameter.Check.Refuse(value) is not { } refusal ? value : throw Invalid(value, $"for which its schema says: {refusal}");
    }

    /// <summary>The value as it stands in an address, escaped; null where there is none.</summary>
    /// <inheritdoc cref="Value"/>
    public string? Text(JsonElement @event)
    {
        var value = Value(@event);
        return value.ValueKind switch
        {
            JsonValueKind.Undefined => null,
            JsonValueKind.String => Uri.EscapeDataString(value.Text() ?? throw Invalid(value, "which is no Unicode")),
            _ => Uri.EscapeDataString(value.GetRawText()),
        };
    }

    /// <summary>That a value cannot be used.</summary>
    public StageException Invalid(JsonElement value, string why) => new(new StageError(
        OpenApiErrorTypes.InvalidParameter, $"'{Binding.Field?.Text ?? "a constant"}' is {Excerpt.Of(value.GetRawText(), MaxQuotation)}, and parameter '{Parameter.Name}' of the lookup takes its value, {why}."));
}
