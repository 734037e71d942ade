using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Millrace.Local;

/// <summary>The image that an overlay names: the one thing in it that others may change.</summary>
internal static class ManifestImages
{
    /// <summary>An image in a <c>kustomization.yaml</c>; null where it does not name that one.</summary>
    /// <param name="kustomization">The file's text.</param>
    /// <param name="file">The file, for messages.</param>
    /// <param name="name">The image, as the bases know it.</param>
    /// <exception cref="UsageException">It is no YAML.</exception>
    public static ImageReference? Read(string kustomization, string file, string name)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(kustomization));
            if (stream.Documents is not [{ RootNode: YamlMappingNode root }] || !root.Children.TryGetValue("images", out var images) || images is not YamlSequenceNode list)
            {
                return null;
            }

            var ours = list.OfType<YamlMappingNode>().FirstOrDefault(image => Text(image, "name") == name);
            return ours is not null && Text(ours, "newName") is { } newName && (Text(ours, "newTag"), Text(ours, "digest")) is var (tag, digest) && (tag ?? digest) is not null
                ? new ImageReference(newName, digest is null ? tag : null, digest)
                : null;
        }
        catch (YamlException cause)
        {
            throw new UsageException($"{file} is no YAML ({cause.Message}): the image that it names cannot be kept. Repair or delete it, or give --image.");
        }
    }

    private static string? Text(YamlMappingNode map, string key) => map.Children.TryGetValue(key, out var value) && value is YamlScalarNode { Value.Length: > 0 } scalar ? scalar.Value : null;
}
