using System.Globalization;
using System.Text.Json.Serialization;
using Smp.Sdk;

namespace Smp.Runtime.Core.Patients;

/// <summary>How a file of patients is read.</summary>
public sealed record ImportOptions
{
    /// <summary>The ways that dates can be written, beside <c>yyyy-MM-dd</c>, which is always read.</summary>
    public static IReadOnlyList<string> DateForms { get; } = ["yyyy-MM-dd", "d.M.yyyy", "d/M/yyyy", "M/d/yyyy", "d-M-yyyy", "yyyyMMdd"];

    /// <summary>How dates are written: one of <see cref="DateForms"/>. Never guessed, since 3/4/1990 is one day here and another there.</summary>
    public string? Dates { get; init; }

    /// <summary>Which heading stands for which field, where it doesn't say so itself: <c>phone</c> is in "Mobil 2".</summary>
    public IReadOnlyDictionary<string, string> Map { get; init; } = new Dictionary<string, string>();

    /// <summary>Only says what would be done.</summary>
    public bool DryRun { get; init; }

    /// <summary>What is done with somebody who may be here already: <c>refuse</c> the whole file (default), <c>skip</c> them, or <c>add</c> them all the same.</summary>
    public string? Duplicates { get; init; }
}

/// <summary>What is wrong with a line.</summary>
/// <param name="Line">In the file, from 1.</param>
/// <param name="Field">As in the API.</param>
/// <param name="Sentence">What would be right.</param>
public sealed record ImportProblem(int Line, string Field, [property: JsonIgnore] FormattableString Sentence)
{
    /// <summary>What would be right, in English.</summary>
    public string Message => FormattableString.Invariant(Sentence);
}

/// <summary>Somebody in the file who may be here already, or twice in it.</summary>
/// <param name="Line">In the file, from 1.</param>
/// <param name="Name">Family name first.</param>
/// <param name="Of">The patient that it may be; null when it is one of the file's own.</param>
/// <param name="OfLine">The earlier line that it may be the same as; null when it is a patient of the clinic's.</param>
public sealed record ImportDuplicate(int Line, string Name, long? Of, int? OfLine);

/// <summary>What became of a file, or would.</summary>
/// <param name="Encoding">As what it was read.</param>
/// <param name="Delimiter">What stands between two values.</param>
/// <param name="Columns">The heading that each field was taken from.</param>
/// <param name="Ignored">Headings that nothing was taken from.</param>
/// <param name="Lines">How many patients are in it.</param>
/// <param name="Problems">What must be put right first; with any, nothing is registered.</param>
/// <param name="Duplicates">Who may be here already.</param>
/// <param name="Registered">How many were registered: none in a dry run.</param>
public sealed record ImportReport(
    string Encoding, string Delimiter, IReadOnlyDictionary<string, string> Columns, IReadOnlyList<string> Ignored, int Lines, IReadOnlyList<ImportProblem> Problems,
    IReadOnlyList<ImportDuplicate> Duplicates, int Registered);

/// <summary>Registers the patients of a file, all of them in one unit of work or none.</summary>
public sealed class PatientImport(IStore<CorePlugin> store, PatientRecords records, ImportProgress progress, IClinicClock clock, ICurrentActor actor)
{
    /// <summary>Reads a file, says what is wrong with which line, and registers its patients when nothing is.</summary>
    /// <exception cref="RefusedException">The file can't be read as one of patients, or the options make no sense. Lines that are wrong are in the report.</exception>
    public async Task<ImportReport> RunAsync(byte[] content, ImportOptions options, CancellationToken token = default)
    {
        var checks = new Checks();
        checks.That(options.Dates is null || ImportOptions.DateForms.Contains(options.Dates), "dates", $"Dates are written as one of {string.Join(", ", ImportOptions.DateForms)}.");
        checks.That(options.Duplicates is null or "refuse" or "skip" or "add", "duplicates", $"This is one of refuse, skip, add.");
        checks.Throw();
        var file = PatientFile.Read(content, options.Map);
        try
        {
            return await RunAsync(file, options, token);
        }
        finally
        {
            progress.End(actor.Actor);
        }
    }

    private async Task<ImportReport> RunAsync(PatientFile file, ImportOptions options, CancellationToken token)
    {
        List<ImportProblem> problems = [];
        List<(int Line, PatientInput Input)> people = [];
        foreach (var (line, at) in file.Lines.Select((line, at) => (line, at)))
        {
            progress.Say(actor.Actor, ImportStep.Reading, at, file.Lines.Count);
            if (Person(line, options, problems) is { } person) people.Add((line.Line, person));
        }

        var duplicates = await DuplicatesAsync(people, token);
        ImportReport Report(int registered) => new(file.Encoding, file.Delimiter, file.Columns, file.Ignored, file.Lines.Count, problems, duplicates, registered);
        var known = duplicates.Select(d => d.Line).ToHashSet();
        if (problems.Count > 0 || options.DryRun || (known.Count > 0 && options.Duplicates is not ("skip" or "add"))) return Report(0);
        var those = people.Where(p => options.Duplicates == "add" || !known.Contains(p.Line)).Select(p => p.Input).ToList();
        if (those.Count > 0) await records.AddAllAsync(those, done => progress.Say(actor.Actor, ImportStep.Registering, done, those.Count), token);
        return Report(those.Count);
    }

    private PatientInput? Person(PatientFileLine line, ImportOptions options, List<ImportProblem> problems)
    {
        var before = problems.Count;
        var input = new PatientInput
        {
            GivenName = Text("givenName"), FamilyName = Text("familyName"), PreferredName = Text("preferredName"), BirthDate = Date(), Phone = Text("phone"),
            Email = Text("email"), Address = Text("address"), Language = Text("language"), Medications = Text("medications"), Conditions = Text("conditions"), Alerts = Text("alerts"),
            SexAtBirth = Sex(), Fitzpatrick = Skin(), Allergies = [.. (Text("allergies") ?? "").Split([';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Allergy)],
        };
        var dated = !problems.Skip(before).Any(p => p.Field == "birthDate");
        try
        {
            var person = input.Checked(clock.Today);
            return problems.Count == before ? person : null;
        }
        catch (RefusedException refused)
        {
            // That the date is needed was said better already.
            problems.AddRange(refused.Errors.Where(e => dated || e.Field != "birthDate").Select(e => new ImportProblem(line.Line, e.Field, e.Message)));
            return null;
        }

        string? Text(string field) => line.Values.GetValueOrDefault(field);

        DateOnly? Date()
        {
            if (Text("birthDate") is not { } text) return null;
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var iso)) return iso;
            if (options.Dates is null)
            {
                problems.Add(new(line.Line, "birthDate", $"“{text}” can be read in more than one way. Say how dates are written in this file: {string.Join(", ", ImportOptions.DateForms)}."));
                return null;
            }

            if (DateOnly.TryParseExact(text, options.Dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
            problems.Add(new(line.Line, "birthDate", $"“{text}” is no date written as {options.Dates}."));
            return null;
        }

        SexAtBirth? Sex() => Text("sexAtBirth")?.ToUpperInvariant() switch
        {
            null => null,
            "F" or "FEMALE" or "W" or "WEIBLICH" => Patients.SexAtBirth.Female,
            "M" or "MALE" or "MÄNNLICH" => Patients.SexAtBirth.Male,
            "I" or "X" or "INTERSEX" => Patients.SexAtBirth.Intersex,
            "U" or "UNKNOWN" or "UNBEKANNT" => Patients.SexAtBirth.Unknown,
            var other => Wrong<SexAtBirth>("sexAtBirth", $"“{other}” isn’t one of Female, Male, Intersex, Unknown."),
        };

        Fitzpatrick? Skin() => Text("fitzpatrick")?.ToUpperInvariant() switch
        {
            null => null,
            "I" or "1" => Patients.Fitzpatrick.I,
            "II" or "2" => Patients.Fitzpatrick.II,
            "III" or "3" => Patients.Fitzpatrick.III,
            "IV" or "4" => Patients.Fitzpatrick.IV,
            "V" or "5" => Patients.Fitzpatrick.V,
            "VI" or "6" => Patients.Fitzpatrick.VI,
            var other => Wrong<Fitzpatrick>("fitzpatrick", $"“{other}” isn’t a skin type from I to VI."),
        };

        T? Wrong<T>(string field, FormattableString sentence) where T : struct
        {
            problems.Add(new(line.Line, field, sentence));
            return null;
        }
    }

    // What has no code of its own is kept in its own words: an allergy isn't dropped for want of one.
    private static Allergy Allergy(string text) =>
        Enum.GetValues<AllergySubstance>().Where(s => s != AllergySubstance.Other && (s.ToString().Equals(text, StringComparison.OrdinalIgnoreCase) || AllergyWords.Of(s).Equals(text, StringComparison.OrdinalIgnoreCase)))
            .Select(s => new Allergy(s)).FirstOrDefault() ?? new Allergy(AllergySubstance.Other, text);

    private Task<IReadOnlyList<ImportDuplicate>> DuplicatesAsync(List<(int Line, PatientInput Input)> people, CancellationToken token) => store.SnapshotAsync<IReadOnlyList<ImportDuplicate>>(async connection =>
    {
        List<ImportDuplicate> found = [];
        Dictionary<string, int> seen = [];
        var compared = 0;
        foreach (var (line, input) in people)
        {
            var name = $"{input.FamilyName}, {input.GivenName}";
            progress.Say(actor.Actor, ImportStep.Comparing, compared++, people.Count);
            if (await Patients.Duplicates.FindAsync(connection, input, except: null) is [var likely, ..]) found.Add(new(line, name, likely.Id, null));
            else if (Keys(input).Where(seen.ContainsKey).Select(k => (int?)seen[k]).FirstOrDefault() is { } earlier) found.Add(new(line, name, null, earlier));
            foreach (var key in Keys(input)) seen.TryAdd(key, line);
        }

        return found;
    }, token);

    private static IEnumerable<string> Keys(PatientInput input)
    {
        yield return $"{input.BirthDate:O} {string.Concat(PatientInput.NameKey(input.FamilyName + input.GivenName).Order())}";
        if (PatientInput.PhoneKey(input.Phone) is { } phone) yield return $"phone {phone}";
        if (input.Email is { } email) yield return $"email {email.ToLowerInvariant()}";
    }
}
