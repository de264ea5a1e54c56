using Dapper;
using Smp.Consents.Records;
using Smp.Sdk;

namespace Smp.Consents.Guarding;

/// <summary>
/// Nothing begins, and nothing is used, without a consent in force of each form that the procedure needs: nobody overrides that. Before it begins it may be booked, with a word about
/// what is missing. Clinical photos that the client declined hold nothing up.
/// </summary>
internal sealed class ConsentGuard(IStore<ConsentsPlugin> store, IClinicClock clock) : IProcedureGuard
{
    public async Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token)
    {
        if (question.Stage is GuardStage.Close) return [];
        var procedure = question.Procedure;
        var needed = await store.ReadAsync(unit, async db => (await db.QueryAsync<Needed>("""
            SELECT t.id AS template_id, t.title, t.kind, r.id, r.state, r.sign_from, r.expires_on, r.ended_at
            FROM consents__template_procedures p JOIN consents__templates t ON t.id = p.template_id
            LEFT JOIN consents__records r ON r.patient_id = @PatientId AND r.template_id = t.id AND r.state <> 'Void'
            WHERE p.procedure = @Kind AND (r.id IS NOT NULL OR EXISTS (SELECT 1 FROM consents__versions v WHERE v.template_id = t.id AND v.state = 'Published'))
            ORDER BY t.kind, t.title, r.id DESC
            """, new { procedure.PatientId, procedure.Kind })).AsList(), token);
        var day = clock.DayOf(question.At);
        var answers = new List<GuardAnswer>();
        foreach (var form in needed.GroupBy(n => n.TemplateId))
        {
            if (form.Any(f => f.State is ConsentState.Active && (f.ExpiresOn is null || day <= f.ExpiresOn))) continue;
            var last = form.First();
            if (last is { Kind: ConsentKind.PhotoClinical, State: ConsentState.Declined })
            {
                answers.Add(new(GuardGrade.Warn, Code(last), $"The client has declined: {last.Title}. Close the photo step with “declined”.", Href(last, procedure)));
                continue;
            }

            answers.Add(new(question.Stage is GuardStage.Book && !Refuses(last.State) ? GuardGrade.Warn : question.Stage is GuardStage.Book ? GuardGrade.Stop : GuardGrade.Never, Code(last), Sentence(last, day), Href(last, procedure)));
        }

        return answers;
    }

    // What somebody has said no to isn't even booked without a physician's word.
    private static bool Refuses(ConsentState? state) => state is ConsentState.Withdrawn or ConsentState.Declined;

    private FormattableString Sentence(Needed form, DateOnly day) => form.State switch
    {
        null => $"There is no consent: {form.Title}. Present the form first.",
        ConsentState.Draft => $"Prepared and not presented yet: {form.Title}. Present the form first.",
        ConsentState.Presented => $"Presented and not signed: {form.Title}. The questions have to be answered, then it is signed.",
        ConsentState.Understood or ConsentState.CoolingOff => form.SignFrom is { } from && from > clock.Now
            ? $"Not signed yet: {form.Title}. It can be signed from {clock.ToLocal(from):d MMM yyyy HH:mm}."
            : (FormattableString)$"Not signed yet: {form.Title}. Have it signed first.",
        ConsentState.Withdrawn => $"The client has withdrawn: {form.Title}. Without a new consent this can’t go ahead.",
        ConsentState.Declined => $"The client has declined: {form.Title}. Without a consent this can’t go ahead.",
        ConsentState.Active => $"Runs out on {form.ExpiresOn:d MMM yyyy}, before the {day:d MMM yyyy}: {form.Title}. Have it signed anew.",
        ConsentState.Expired => $"Has expired: {form.Title}. Have it signed anew.",
        _ => $"Not in force any more: {form.Title}. The form has changed in what matters; have it signed anew.",
    };

    // The rule is the form: an override of one is none of another.
    private static string Code(Needed form) => FormattableString.Invariant($"form-{form.TemplateId}");

    private static string Href(Needed form, Procedure procedure) => form.State is ConsentState.Draft or ConsentState.Presented or ConsentState.Understood or ConsentState.CoolingOff
        ? ConsentBook.Href(form.Id!.Value)
        : FormattableString.Invariant($"/consents/present?patient={procedure.PatientId}&template={form.TemplateId}&procedure={procedure.Id}");

    private sealed record Needed(long TemplateId, string Title, ConsentKind Kind, long? Id, ConsentState? State, DateTimeOffset? SignFrom, DateOnly? ExpiresOn, DateTimeOffset? EndedAt);
}
