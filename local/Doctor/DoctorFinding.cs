namespace Millrace.Local;

/// <summary>One thing that <c>millrace doctor</c> found.</summary>
/// <param name="Verdict">How bad it is.</param>
/// <param name="Subject">What it is about: a topic, a broker, a stage.</param>
/// <param name="Sentence">What is the matter, with the values.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record DoctorFinding(DoctorVerdict Verdict, string Subject, string Sentence, string Remedy)
{
    public static DoctorFinding Error(string subject, string sentence, string remedy) => new(DoctorVerdict.Error, subject, sentence, remedy);

    public static DoctorFinding Warning(string subject, string sentence, string remedy) => new(DoctorVerdict.Warning, subject, sentence, remedy);

    public static DoctorFinding Note(string subject, string sentence, string remedy) => new(DoctorVerdict.Note, subject, sentence, remedy);
}
