using System.Text;
using Dapper;
using Smp.Consents.Documents;
using Smp.Consents.Presenting;
using Smp.Consents.Records;
using Smp.Sdk;

namespace Smp.Consents.Signing;

/// <summary>Takes signatures. The last one makes the signed document, and brings the consent into force.</summary>
internal sealed class SignatureBook(
    IStore<ConsentsPlugin> store, ISettings<ConsentsPlugin> settings, IFiles files, IPatients patients, IStaff staff, IDoses doses, IReauthentication again, IDocumentPrinter printer,
    SignedDocument documents, ITimeline timeline, IClinicClock clock, ICurrentActor actor)
{
    private const long MaxDocument = 20_000_000;

    /// <summary>Takes the next signature of a form.</summary>
    /// <param name="id">Which form.</param>
    /// <param name="rowVersion">The version that was signed, as it stood before the one who signs.</param>
    /// <param name="input">The signature.</param>
    /// <param name="remote">Whether it is given at home.</param>
    /// <param name="token">Gives up.</param>
    public async Task<ConsentFile> SignAsync(long id, long rowVersion, SignatureInput input, bool remote = false, CancellationToken token = default)
    {
        var (meaning, method, drawn) = input.Checked();
        var before = await store.SnapshotAsync(db => ConsentBook.RequireAsync(db, id), token);
        await DemandAsync(before, rowVersion, meaning, null, token);
        var who = await SignatoryAsync(before, input, meaning, token);
        var scan = method is SignatureMethod.WetInkScan ? await PutAsync(input.Scan!, input.MediaType!, token) : null;
        var signature = new Signature
        {
            Meaning = meaning, Method = method, PrintedName = who.Name, Relation = who.Relation, StaffId = who.StaffId, Strokes = drawn?.ToJson(), ScanSha256 = scan?.Sha256,
            Remote = remote, SignedAt = clock.Now,
        };

        // The document is on disk before anything refers to it, and says what it says: the moment, too, is fixed before the unit, which may run twice.
        var signed = before.Life!.Sign(meaning, signature.SignedAt)!;
        IReadOnlyList<Signature> all = [.. before.Signatures, signature];
        var expires = signed.State is ConsentState.Signed ? ExpiresOn(before.Form!, signature.SignedAt) : null;
        var document = signed.State is ConsentState.Signed ? await PutAsync(Encoding.UTF8.GetBytes(await documents.MakeAsync(before, all, expires, scan is null ? null : (scan, input.Scan!), token)), "text/html", token) : null;

        var act = string.Concat(document is null ? "Signed a consent form" : "Signed a consent form, which is in force now", remote ? ", by a link" : "");
        return await store.WriteAsync(new(act), async unit =>
        {
            var file = await ConsentBook.RequireAsync(unit.Connection, id);
            await DemandAsync(file, rowVersion, meaning, unit, token);
            if (scan is not null) await files.RecordAsync(unit, scan);
            await unit.Connection.ExecuteAsync("""
                INSERT INTO consents__signatures (record_id, position, meaning, method, printed_name, relation, staff_id, strokes, scan_sha256, remote, signed_at)
                VALUES (@id, @position, @meaning, @method, @PrintedName, @Relation, @StaffId, @Strokes, @ScanSha256, @Remote, @SignedAt)
                """, new
            {
                id, position = file.Signatures.Count, meaning = meaning.ToString(), method = method.ToString(), signature.PrintedName, signature.Relation, signature.StaffId, signature.Strokes, signature.ScanSha256,
                signature.Remote, signature.SignedAt,
            });
            if (document is null) await unit.Connection.ExecuteAsync("UPDATE consents__records SET row_version = row_version + 1 WHERE id = @id", new { id });
            else await ActivateAsync(unit, file, document, signature.SignedAt, expires, token);
            return await ConsentBook.RequireAsync(unit.Connection, id);
        }, token);
    }

    /// <summary>Whether this signature can be given now. Asked before it is taken, and again inside the unit that writes it.</summary>
    private async Task DemandAsync(ConsentFile file, long rowVersion, SignatureMeaning meaning, IUnitOfWork? unit, CancellationToken token)
    {
        if (!file.Record.Open || file.Life is not { } life) throw ConsentBook.Ended(file.Record);
        if (file.Record.RowVersion != rowVersion) throw ConsentBook.Stale();
        if (file.Record.State is ConsentState.Presented) throw Refuse.Because($"First the questions have to be answered right.");
        var now = unit?.Now ?? clock.Now;
        if (life.SignFrom is { } from && now < from)
            throw Refuse.Because($"There are {file.Form!.CoolingOffDays} days to think about it. It can be signed from {clock.ToLocal(from):d MMM yyyy HH:mm}.");
        if (file.Unable) throw Refuse.Because($"The client was found unable to decide. Void this form, and present it anew for a guardian.");
        if (life.Form.Missing(life.Answers) is [var first, ..] missing)
            throw Refuse.Fields([.. missing.Select(f => new FieldError(f.Name, f == first ? $"This is needed before anybody signs: {f.Label}" : (FormattableString)$"This is needed: {f.Label}"))]);
        var next = life.Form.Next(life.Signatures);
        if (next != meaning) throw Refuse.Field("meaning", $"It isn’t this one’s turn: {next.ToString() ?? ""} comes next.");
        if (meaning is SignatureMeaning.PatientConsent)
        {
            var hours = settings.Get<int>("sedationHours");
            if (await doses.SedatedSinceAsync(file.Record.PatientId, now.AddHours(-hours), unit, token) is { } dose)
                throw Refuse.Because($"Nobody signs after sedation: {dose.Drug} was given at {clock.ToLocal(dose.GivenAt):d MMM yyyy HH:mm}. It can be signed from {clock.ToLocal(dose.GivenAt.AddHours(hours)):d MMM yyyy HH:mm}.");
        }
    }

    private async Task<(string Name, string? Relation, long? StaffId)> SignatoryAsync(ConsentFile file, SignatureInput input, SignatureMeaning meaning, CancellationToken token)
    {
        if (input.ByStaff)
        {
            if (meaning is SignatureMeaning.PractitionerDisclosure && !actor.May(Permissions.Disclose)) throw Refuse.Forbidden($"Only a practitioner signs that the treatment was explained.");
            var id = await again.DemandAsync(input.Password, token);
            return ((await staff.ListAsync(token)).FirstOrDefault(s => s.Id == id)?.Name ?? actor.Actor.Name, null, id);
        }

        var checks = new Checks();
        var relation = checks.Optional(input.Relation, "relation", 100);
        if (meaning is SignatureMeaning.PatientConsent)
        {
            checks.Throw();
            var patient = (await patients.FindAsync(file.Record.PatientId, token))!;
            return ($"{patient.GivenName} {patient.FamilyName}", null, null);
        }

        var name = checks.Require(input.PrintedName, "printedName", 200);
        checks.That(relation is not null || meaning is not SignatureMeaning.GuardianConsent, "relation", $"Say what they are to the client, like “mother”.");
        checks.Throw();
        return (name, relation, null);
    }

    private async Task ActivateAsync(IUnitOfWork unit, ConsentFile file, StoredFile document, DateTimeOffset at, DateOnly? expires, CancellationToken token)
    {
        var (db, record) = (unit.Connection, file.Record);
        await files.RecordAsync(unit, document);
        var active = ConsentStates.Next(ConsentState.Signed, ConsentEvent.Activate)!.Value;
        await db.ExecuteAsync("UPDATE consents__records SET state = @state, signed_at = @at, expires_on = @expires, document_sha256 = @Sha256, row_version = row_version + 1 WHERE id = @Id",
            new { record.Id, state = active.ToString(), at, expires, document.Sha256 });
        await db.ExecuteAsync("""
            UPDATE consents__records SET state = 'Superseded', superseded_by = @Id, ended_at = @Now, ended_by = @Name, row_version = row_version + 1
            WHERE patient_id = @PatientId AND template_id = @TemplateId AND state = 'Active' AND id <> @Id
            """, new { record.Id, record.PatientId, record.TemplateId, unit.Now, unit.Actor.Name });
        await timeline.WriteAsync(unit, new(record.PatientId, at, "signature", Excerpt.Of($"Consent signed: {record.Title}"), ConsentBook.Href(record.Id)), token);
        if (expires is { } last) await unit.OrderAsync(new ExpireConsent(record.Id), clock.StartOf(last.AddDays(1)), FormattableString.Invariant($"consent {record.Id}"), token);
        if (printer.Available) await unit.OrderAsync(new PrintConsent(record.Id), token: token);
        var procedures = (await db.QueryAsync<string>("SELECT procedure FROM consents__template_procedures WHERE template_id = @TemplateId ORDER BY procedure", new { record.TemplateId })).AsList();
        await unit.PublishAsync(new ConsentGiven(record.Id, record.PatientId, record.Kind, record.Title, procedures), token);
    }

    private async Task<StoredFile> PutAsync(byte[] bytes, string mediaType, CancellationToken token)
    {
        using var content = new MemoryStream(bytes);
        return await files.PutAsync(content, mediaType, MaxDocument, token);
    }

    private DateOnly? ExpiresOn(PresentedForm form, DateTimeOffset at) => form.ExpiresMonths == 0 ? null : clock.DayOf(at).AddMonths(form.ExpiresMonths);
}
