using System.Globalization;
using System.Text.Json;
using Dapper;
using Smp.Consents.Records;
using Smp.Consents.Templates;
using Smp.Sdk;

namespace Smp.Consents.Presenting;

/// <summary>A form for a client.</summary>
public sealed record PresentInput
{
    /// <summary>Whose.</summary>
    public long? PatientId { get; init; }

    /// <summary>Which form.</summary>
    public long? TemplateId { get; init; }

    /// <summary>In which language: one that the form has.</summary>
    public string? Language { get; init; }

    /// <summary>Who explains it: a member of staff, named in the text. Whoever presents it when left out.</summary>
    public long? PractitionerId { get; init; }

    /// <summary>For which procedure, as it stands in the text. At most 200 characters.</summary>
    public string? Procedure { get; init; }

    /// <summary>Whether somebody puts it into the client's language: they sign, too.</summary>
    public bool Interpreter { get; init; }

    /// <summary>Whether the client can't decide by themselves: a guardian signs in their place.</summary>
    public bool Unable { get; init; }

    /// <summary>How that was found; needed then. At most 1,000 characters.</summary>
    public string? CapacityNote { get; init; }

    /// <summary>Only prepares it: it is frozen and shown later.</summary>
    public bool Prepare { get; init; }
}

/// <summary>Presents forms: freezes what the client is shown, takes their answers, asks the questions.</summary>
internal sealed class Presenter(
    IStore<ConsentsPlugin> store, ISettings<ConsentsPlugin> settings, IPatients patients, IStaff staff, IClinic clinic, IClinicClock clock, ITimeline timeline, ICurrentActor actor)
{
    private const int MaxAnswer = 2000;

    /// <summary>What a template can have filled in.</summary>
    public static IReadOnlySet<string> Values { get; } = new HashSet<string>(StringComparer.Ordinal) { "clinic", "clinic_address", "client", "birth_date", "practitioner", "procedure", "today" };

    /// <summary>Presents a form, or prepares it.</summary>
    public Task<ConsentFile> PresentAsync(PresentInput input, CancellationToken token = default)
    {
        var checks = new Checks();
        checks.That(input.PatientId is not null, "patientId", $"Say whose form it is.");
        checks.That(input.TemplateId is not null, "templateId", $"Choose a form.");
        checks.Require(input.Language, "language", 2);
        var procedure = checks.Optional(input.Procedure, "procedure", 200);
        var note = checks.Optional(input.CapacityNote, "capacityNote", 1000);
        checks.That(!input.Unable || note is not null, "capacityNote", $"Say how it was found that the client can’t decide by themselves.");
        checks.That(!input.Unable || actor.Actor.StaffId is not null, "unable", $"Only a member of staff can find so.");
        checks.Throw();
        return store.WriteAsync(new(input.Prepare ? "Prepared a consent form" : "Presented a consent form"), async unit =>
        {
            var db = unit.Connection;
            var patient = await patients.FindAsync(unit, input.PatientId!.Value, token) ?? throw Refuse.Field("patientId", $"There is no such patient.");
            var template = await TemplateBook.FindAsync(db, input.TemplateId!.Value) ?? throw Refuse.Field("templateId", $"There is no such form.");
            if (template.PublishedId is not { } published) throw Refuse.Field("templateId", $"No version of this form is published. Publish one first, or choose another form.");
            var version = (await TemplateBook.VersionAsync(db, published))!;
            var text = version.Texts.FirstOrDefault(t => t.Language == input.Language)
                ?? throw Refuse.Field("language", $"This form isn’t there in this language. It is there in: {string.Join(", ", version.Texts.Select(t => t.Language))}.");
            var id = await db.ExecuteScalarAsync<long>("""
                INSERT INTO consents__records (patient_id, template_id, version_id, kind, title, language, state, created_by, created_at)
                VALUES (@patient, @TemplateId, @published, @kind, @Title, @Language, 'Draft', @Name, @Now) RETURNING id
                """, new { patient = patient.Id, version.TemplateId, published, kind = template.Kind.ToString(), text.Title, text.Language, unit.Actor.Name, unit.Now });
            if (note is not null && unit.Actor.StaffId is { } assessor)
                await db.ExecuteAsync("INSERT INTO consents__capacities (record_id, able, note, staff_id, at) VALUES (@id, @able, @note, @assessor, @Now)", new { id, able = !input.Unable, note, assessor, unit.Now });
            if (!input.Prepare) await FreezeAsync(unit, id, version, text, patient, input, procedure, token);
            else CheckAge(version, patient);
            return await ConsentBook.RequireAsync(db, id);
        }, token);
    }

    /// <summary>Shows the client a form that was prepared, in the version that is presented now.</summary>
    public Task<ConsentFile> PresentAsync(long id, PresentInput input, CancellationToken token = default) => store.WriteAsync(new("Presented a consent form"), async unit =>
    {
        var db = unit.Connection;
        var file = await ConsentBook.RequireAsync(db, id);
        if (file.Record.State is not ConsentState.Draft) throw file.Record.Open ? Refuse.Because($"This form is presented already.") : ConsentBook.Ended(file.Record);
        var template = (await TemplateBook.FindAsync(db, file.Record.TemplateId))!;
        if (template.PublishedId is not { } published) throw Refuse.Because($"No version of this form is published any more. Void this one, and choose another form.");
        var version = (await TemplateBook.VersionAsync(db, published))!;
        var text = version.Texts.FirstOrDefault(t => t.Language == (input.Language ?? file.Record.Language)) ?? throw Refuse.Field("language", $"This form isn’t there in this language any more.");
        var patient = (await patients.FindAsync(unit, file.Record.PatientId, token))!;
        await db.ExecuteAsync("UPDATE consents__records SET version_id = @published, title = @Title, language = @Language WHERE id = @id", new { id, published, text.Title, text.Language });
        var unable = file.Capacities is [.., { Able: false }];
        await FreezeAsync(unit, id, version, text, patient, input with { Unable = unable }, input.Procedure?.Trim(), token);
        return await ConsentBook.RequireAsync(db, id);
    }, token);

    /// <summary>Takes the client's answers in place of those before: all of them, by field. What isn't asked isn't kept.</summary>
    /// <param name="id">Which.</param>
    /// <param name="rowVersion">The version that they were filled in on.</param>
    /// <param name="answers">By field. Empty ones are left out.</param>
    /// <param name="token">Gives up.</param>
    public Task<ConsentFile> AnswerAsync(long id, long rowVersion, IReadOnlyDictionary<string, string?> answers, CancellationToken token = default) => store.WriteAsync(new("Filled in a consent form"), async unit =>
    {
        var file = await ConsentBook.RequireAsync(unit.Connection, id);
        var kept = Taken(file, answers);
        if (file.Record.RowVersion != rowVersion) throw ConsentBook.Stale();
        if (file.Life!.Answer(kept) is null) throw Refuse.Because($"Somebody has signed this form already: the answers stay as they are.");
        await unit.Connection.ExecuteAsync("UPDATE consents__records SET answers = @json, row_version = row_version + 1 WHERE id = @id",
            new { id, json = JsonSerializer.Serialize(kept, ConsentJson.Default.SortedDictionaryStringString) });
        return await ConsentBook.RequireAsync(unit.Connection, id);
    }, token);

    /// <summary>Takes a try at the questions. All right, and the client has understood; each try is kept.</summary>
    /// <param name="id">Which.</param>
    /// <param name="answers">The place of the answer to each question, from 0, in their order.</param>
    /// <param name="token">Gives up.</param>
    /// <returns>The consent, and which questions were answered wrong, by their places from 0.</returns>
    public Task<(ConsentFile File, IReadOnlyList<int> Wrong)> QuizAsync(long id, IReadOnlyList<int> answers, CancellationToken token = default) => store.WriteAsync(new("Answered the questions of a consent form"), async unit =>
    {
        var file = await ConsentBook.RequireAsync(unit.Connection, id);
        if (!file.Record.Open || file.Form is not { } form) throw ConsentBook.Ended(file.Record);
        if (form.Questions.Count == 0) throw Refuse.Because($"This form asks no questions.");
        if (file.Record.State is not ConsentState.Presented) throw Refuse.Because($"The questions were answered right already.");
        if (answers.Count != form.Questions.Count || answers.Where((a, i) => a < 0 || a >= form.Questions[i].Answers.Count).Any())
            throw Refuse.Field("answers", $"Answer each of the {form.Questions.Count} questions with the place of one of its answers.");
        int[] wrong = [.. answers.Select((a, i) => (a, i)).Where(x => form.Questions[x.i].Right != x.a).Select(x => x.i)];
        await unit.Connection.ExecuteAsync("INSERT INTO consents__tries (record_id, answers, right_count, question_count, at) VALUES (@id, @json, @right, @Count, @Now)",
            new { id, json = JsonSerializer.Serialize(answers, ConsentJson.Default.IReadOnlyListInt32), right = answers.Count - wrong.Length, answers.Count, unit.Now });
        if (file.Life!.Understand(wrong.Length == 0) is { } understood)
            await unit.Connection.ExecuteAsync("UPDATE consents__records SET state = @state, row_version = row_version + 1 WHERE id = @id", new { id, state = understood.State.ToString() });
        return (await ConsentBook.RequireAsync(unit.Connection, id), (IReadOnlyList<int>)wrong);
    }, token);

    /// <summary>Writes down whether the client is able to decide. One who isn't can't sign.</summary>
    public Task<ConsentFile> AssessAsync(long id, bool? able, string? note, CancellationToken token = default)
    {
        var checks = new Checks();
        checks.That(able is not null, "able", $"Say whether the client can decide by themselves.");
        var text = checks.Require(note, "note", 1000);
        checks.Throw();
        return store.WriteAsync(new("Assessed whether a client can consent"), async unit =>
        {
            var file = await ConsentBook.RequireAsync(unit.Connection, id);
            if (!file.Record.Open) throw ConsentBook.Ended(file.Record);
            var assessor = unit.Actor.StaffId ?? throw Refuse.Forbidden($"Only a member of staff can find so.");
            await unit.Connection.ExecuteAsync("INSERT INTO consents__capacities (record_id, able, note, staff_id, at) VALUES (@id, @able, @text, @assessor, @Now)", new { id, able, text, assessor, unit.Now });
            return await ConsentBook.RequireAsync(unit.Connection, id);
        }, token);
    }

    private static SortedDictionary<string, string> Taken(ConsentFile file, IReadOnlyDictionary<string, string?> answers)
    {
        if (!file.Record.Open || file.Life is not { } life) throw ConsentBook.Ended(file.Record);
        var kept = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, answer) in answers)
            if (!string.IsNullOrWhiteSpace(answer)) kept[name] = answer.Trim();
        var checks = new Checks();
        var asked = life.Form.Fields(kept).ToDictionary(f => f.Name, StringComparer.Ordinal);
        foreach (var (name, answer) in kept)
        {
            // What stands in a section that isn't shown any more is no answer.
            if (!asked.TryGetValue(name, out var field))
            {
                checks.That(life.Form.Knows(name), name, $"This form has no such field.");
                continue;
            }

            checks.Optional(answer, name, MaxAnswer);
            if (!field.Takes(answer)) checks.Add(name, field.Kind switch
            {
                FieldKind.Choice => $"Choose one of: {string.Join(", ", field.Options)}.",
                FieldKind.Tick => (FormattableString)$"A box is ticked with “yes”.",
                FieldKind.Date => $"This isn’t a day. Write it like 2026-07-31.",
                _ => $"This is needed.",
            });
        }

        checks.Throw();
        foreach (var name in kept.Keys.Where(name => !asked.ContainsKey(name)).ToList()) kept.Remove(name);
        return kept;
    }

    private async Task FreezeAsync(IUnitOfWork unit, long id, TemplateVersion version, VersionText text, PatientSummary patient, PresentInput input, string? procedure, CancellationToken token)
    {
        var minor = CheckAge(version, patient);
        var practitioner = (input.PractitionerId ?? unit.Actor.StaffId) is { } who ? await staff.FindAsync(unit, who, token) : null;
        if (input.PractitionerId is not null && practitioner is not { Active: true }) throw Refuse.Field("practitionerId", $"There is no such member of staff.");
        var culture = CultureInfo.GetCultureInfo(text.Language);
        var form = new PresentedForm
        {
            Template = version.TemplateId, Version = version.Number, Language = text.Language, Title = text.Title, Text = text.Source,
            Values = new(StringComparer.Ordinal)
            {
                ["clinic"] = clinic.Name, ["clinic_address"] = clinic.Address.ReplaceLineEndings(", "), ["client"] = $"{patient.GivenName} {patient.FamilyName}", ["birth_date"] = Day(patient.BirthDate, culture),
                ["practitioner"] = practitioner?.Name ?? "", ["procedure"] = procedure is { Length: > 0 } ? procedure : text.Title, ["today"] = Day(clock.DayOf(unit.Now), culture),
            },
            Questions = text.Questions, Signatures = Signatories(version, minor, input), CoolingOffDays = (int)version.CoolingOffDays, ExpiresMonths = (int)version.ExpiresMonths,
        };
        var json = form.ToJson();
        var life = new Consent(form.Completeness(), form.Questions.Count > 0, TimeSpan.FromDays(form.CoolingOffDays)).Present(unit.Now)!;
        await unit.Connection.ExecuteAsync("""
            UPDATE consents__records SET state = @state, presented = @json, presented_hash = @hash, presented_at = @Now, presented_by = @Name, sign_from = @SignFrom, row_version = row_version + 1 WHERE id = @id
            """, new { id, state = life.State.ToString(), json, hash = PresentedForm.HashOf(json), unit.Now, unit.Actor.Name, life.SignFrom });
        await timeline.WriteAsync(unit, new(patient.Id, unit.Now, "signature", Excerpt.Of($"Consent form presented: {form.Title}"), ConsentBook.Href(id)), token);
    }

    private bool CheckAge(TemplateVersion version, PatientSummary patient)
    {
        var ofAge = settings.Get<int>("guardianUnder");
        var age = patient.AgeOn(clock.Today);
        if (age >= ofAge) return false;
        if (version.Minors is MinorsRule.Refused) throw Refuse.Field("patientId", $"The client is {age} years old, and this form can’t be used for anybody under {ofAge}.");
        return true;
    }

    private static List<SignatureMeaning> Signatories(TemplateVersion version, bool minor, PresentInput input)
    {
        var all = new List<SignatureMeaning>();
        foreach (var meaning in version.Signatures)
        {
            if (meaning is not SignatureMeaning.PatientConsent)
            {
                if (meaning is not SignatureMeaning.Interpreter || !all.Contains(meaning)) all.Add(meaning);
                continue;
            }

            // A minor signs, too, where they can decide; for somebody who can't, the guardian does alone.
            if (!input.Unable) all.Add(meaning);
            if (minor || input.Unable) all.Add(SignatureMeaning.GuardianConsent);
            if (input.Interpreter && !version.Signatures.Contains(SignatureMeaning.Interpreter)) all.Add(SignatureMeaning.Interpreter);
        }

        return all;
    }

    // As people write it, where their calendar is the one that the record is kept in.
    private static string Day(DateOnly day, CultureInfo culture) =>
        culture.Calendar is GregorianCalendar ? day.ToString("d MMMM yyyy", culture) : day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
