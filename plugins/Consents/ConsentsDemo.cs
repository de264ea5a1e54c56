using Smp.Consents.Presenting;
using Smp.Consents.Records;
using Smp.Consents.Signing;
using Smp.Consents.Templates;
using Smp.Sdk;

namespace Smp.Consents;

/// <summary>Forms as a clinic has them in the middle of a week: signed, on their way, declined and withdrawn.</summary>
internal sealed class ConsentsDemo(TemplateBook templates, Presenter presenter, SignatureBook signatures, ConsentEndings endings, IPatients patients, IStaff staff) : IDemoData
{
    private const string Hand = """{"width":600,"height":200,"strokes":[[60,150,0,300,78,96,60,520,96,62,110,600,110,88,160,640,104,128,220,620,112,150,270,560,140,120,330,480,160,112,380,500,172,140,440,560,190,146,500,520,206,118,560,460,222,116,610,480,230,142,670,560,252,146,740,500,300,120,820,380,380,104,900,260,470,98,980,180]]}""";

    public async Task AddAsync(CancellationToken token)
    {
        var forms = (await templates.ListAsync(token)).Where(t => t.Shipped is not null && t.PublishedId is not null).ToDictionary(t => t.Shipped!, StringComparer.Ordinal);
        if (forms.TryGetValue("smp-procedure", out var smp)) await ShortenAsync(smp, token);
        var people = await patients.SearchAsync("", 12, token);
        var practitioner = (await staff.ListAsync(token)).First(s => s.Role is Role.Technician).Id;
        for (var i = 0; i < people.Count; i++)
        {
            if (i % 4 != 3) await SignAsync("data-processing", people[i]);
            if (i % 3 == 0) await SignAsync("photos-clinical", people[i]);
            if (i % 3 == 1) await PresentAsync("smp-procedure", people[i]);
        }

        if (await PresentAsync("photos-marketing", people[0]) is { } declined) await endings.DeclineAsync(declined.Record.Id, null, token);
        if (await SignAsync("photos-marketing", people[3]) is { } taken) await endings.WithdrawAsync(taken.Record.Id, WithdrawalWay.Phone, null, token);

        async Task<ConsentFile?> PresentAsync(string form, PatientSummary patient) => forms.TryGetValue(form, out var template)
            ? await presenter.PresentAsync(new() { PatientId = patient.Id, TemplateId = template.Id, Language = "en", PractitionerId = practitioner }, token)
            : null;

        async Task<ConsentFile?> SignAsync(string form, PatientSummary patient)
        {
            if (await PresentAsync(form, patient) is not { } file) return null;
            var life = file.Life!;
            Dictionary<string, string?> answers = [];
            // An answer may show another section, with fields of its own.
            while (life.Form.Missing(Known(answers)) is [var field, ..])
                answers[field.Name] = field.Kind switch { FieldKind.Tick => FieldPart.Ticked, FieldKind.Choice => field.Options[0], FieldKind.Date => "2026-01-07", FieldKind.Initials => patient.Initials, _ => "None" };
            file = await presenter.AnswerAsync(file.Record.Id, file.Record.RowVersion, answers, token);
            return file.Next is SignatureMeaning.PatientConsent
                ? await signatures.SignAsync(file.Record.Id, file.Record.RowVersion, new() { Meaning = SignatureMeaning.PatientConsent, Strokes = Hand }, remote: false, token)
                : file;
        }
    }

    // Whoever tries the clinic out signs and treats on one day. A second version is there to be compared with the first, too.
    private async Task ShortenAsync(ConsentTemplate form, CancellationToken token)
    {
        var draft = await templates.DraftAsync(form.Id, token);
        var texts = draft.Texts.Select(text => text with
        {
            Source = text.Source
                .Replace("You can sign 7 days after you were given this form, or later. You\nneed the time to think, and nobody may hurry you.", "Take the time that you need: nobody may hurry you.", StringComparison.Ordinal)
                .Replace("Unterschreiben können Sie frühestens 7 Tage, nachdem Sie dieses\nFormular erhalten haben. Die Zeit ist zum Nachdenken da, und niemand darf Sie drängen.", "Nehmen Sie sich die Zeit, die Sie brauchen: Niemand darf Sie drängen.", StringComparison.Ordinal),
        });
        var saved = await templates.SaveAsync(draft.Id, draft.RowVersion, new()
        {
            CoolingOffDays = 0, ExpiresMonths = (int)draft.ExpiresMonths, Minors = draft.Minors, Signatures = draft.Signatures, ChangeNote = "For trying out: it can be signed on the same day", Texts = [.. texts],
        }, token);
        await templates.PublishAsync(saved.Id, saved.RowVersion, token);
    }

    private static Dictionary<string, string> Known(Dictionary<string, string?> answers) => answers.ToDictionary(a => a.Key, a => a.Value!);
}
