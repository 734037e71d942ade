namespace Millrace.Local;

/// <summary>Streams are used, and each is written by one stage.</summary>
internal sealed class StreamUseCheck : ILintCheck
{
    public string Name => "stream-use";

    public string Demand => "a stage reads or writes every stream, and no two stages write the same one";

    public IEnumerable<LintFinding> Run(LintSubject subject)
    {
        // A stage that cannot be read may be the one that uses it.
        var complete = subject.Entries.AreComplete;
        foreach (var stream in subject.Entries.Catalog.Streams.Streams)
        {
            var writers = subject.Stages.Where(stage => stage.Outputs.Any(output => output.Stream.Name == stream.Name)).Select(stage => stage.Name).ToList();
            var isUsed = writers.Count > 0 || subject.Stages.Any(stage => stage.ErrorStream.Name == stream.Name || stage.Inputs.Any(input => input.Name == stream.Name));
            if (!isUsed && complete)
            {
                yield return subject.AtStream(stream.Name, "", "No stage reads or writes the stream. Name it in a stage, or remove it.");
            }

            foreach (var other in writers.Skip(1))
            {
                yield return subject.AtStage(other, $"outputs.{stream.Name}", $"Stage {writers[0]} writes the stream, too: nothing orders the events of two writers. Give one of them a stream of its own, and let readers read both.");
            }
        }
    }
}
