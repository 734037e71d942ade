namespace Millrace.Local;

/// <summary>Stages and classes belong together.</summary>
internal sealed class ClassCheck : ILintCheck
{
    public string Name => "class";

    public string Demand => "every stage has a class of its name, and every such class an entry";

    public IEnumerable<LintFinding> Run(LintSubject subject)
    {
        foreach (var stage in subject.Stages.Where(stage => subject.Classes.All(known => known.Name != stage.Name)))
        {
            yield return subject.AtStage(stage.Name, "", stage.IsDeclared
                ? $"No class '{stage.Name}' is a stage: this command was built before the entry was there. Build it again; the build writes the class."
                : $"No class '{stage.Name}' is a stage. Write it in functions/{stage.Name}/{stage.Name}.cs, or remove the entry.");
        }

        foreach (var unknown in subject.Classes.Where(known => subject.Entries.AreComplete && !subject.Entries.Catalog.TryGet(known.Name, out _)))
        {
            yield return new LintFinding($"functions/{unknown.Name}/stage.json", $"stages.{unknown.Name}", $"The class {unknown.Name} is a stage without an entry. Add one with its inputs and outputs, or remove the class.");
        }
    }
}
