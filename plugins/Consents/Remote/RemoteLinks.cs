using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Smp.Consents.Records;
using Smp.Sdk;

namespace Smp.Consents.Remote;

/// <summary>A link by which a client reads and signs at home.</summary>
/// <param name="Id">Key.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ExpiresAt">Until when it can be used.</param>
/// <param name="OpenedAt">When it was opened, with the right birth date.</param>
/// <param name="EndedAt">When it was taken back, or ended by too many wrong birth dates.</param>
public sealed record RemoteLink(long Id, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? OpenedAt, DateTimeOffset? EndedAt);

/// <summary>A link that was just made.</summary>
/// <param name="Link">Itself.</param>
/// <param name="Path">Its address in this clinic, with its secret: shown this once, and not kept.</param>
/// <param name="Sent">What became of sending it; null when it wasn't to be sent.</param>
public sealed record NewLink(RemoteLink Link, string Path, MessageOutcome? Sent);

/// <summary>
/// Links by which clients sign at home. Single use: it is opened once, with the client's birth date, and goes on in that browser alone. It expires, ends after five wrong birth dates, and leads to one
/// form only.
/// </summary>
internal sealed class RemoteLinks(IStore<ConsentsPlugin> store, ISettings<ConsentsPlugin> settings, IPatients patients, IMessages messages, IClinic clinic, IClinicClock clock)
{
    private const int MaxFailures = 5;
    private const string Columns = "id, created_by, created_at, expires_at, opened_at, ended_at";

    /// <summary>Makes a link, in place of one that was made before.</summary>
    /// <param name="id">To which form: one that is presented and waits for the client or a guardian.</param>
    /// <param name="send">Whether it goes to the client by a message.</param>
    /// <param name="token">Gives up.</param>
    public Task<NewLink> MakeAsync(long id, bool send, CancellationToken token = default)
    {
        if (send && clinic.WebAddress is null) throw Refuse.Field("send", $"This host’s address on the web isn’t set, so a link to it can’t be sent. Set it under Settings, or show the code to the client.");
        var secret = NewSecret();
        var path = $"/consents/remote/{secret}";
        return store.WriteAsync(new("Made a link for a client to sign at home"), async unit =>
        {
            var db = unit.Connection;
            var file = await ConsentBook.RequireAsync(db, id);
            if (!file.Record.Open || file.Form is not { } form) throw ConsentBook.Ended(file.Record);
            if (!IsTheirs(file.Next)) throw Refuse.Because($"The client has signed already; who comes next signs here.");
            await db.ExecuteAsync("UPDATE consents__links SET ended_at = @Now WHERE record_id = @id AND ended_at IS NULL", new { id, unit.Now });
            var from = file.Record.SignFrom is { } sign && sign > unit.Now ? sign : unit.Now;
            var link = await db.QuerySingleAsync<RemoteLink>($"INSERT INTO consents__links (record_id, hash, created_by, created_at, expires_at) VALUES (@id, @hash, @Name, @Now, @expires) RETURNING {Columns}",
                new { id, hash = HashOf(secret), unit.Actor.Name, unit.Now, expires = from.AddDays(settings.Get<int>("linkDays")) });
            MessageOutcome? sent = send
                ? await messages.SendAsync(unit, new(file.Record.PatientId, MessagePurpose.Necessary, $"{clinic.Name}: {form.Title}\n\n{clinic.WebAddress}{path}\n") { Subject = form.Title }, token)
                : null;
            return new NewLink(link, path, sent);
        }, token);
    }

    /// <summary>Takes a link back.</summary>
    public Task EndAsync(long id, CancellationToken token = default) => store.WriteAsync(new("Took a link to sign at home back"), async unit =>
    {
        await ConsentBook.RequireAsync(unit.Connection, id);
        return await unit.Connection.ExecuteAsync("UPDATE consents__links SET ended_at = @Now WHERE record_id = @id AND ended_at IS NULL", new { id, unit.Now });
    }, token);

    /// <summary>The link of a form that can be used or is being used; null when there is none.</summary>
    public Task<RemoteLink?> CurrentAsync(long id, CancellationToken token = default) => store.ReadAsync(db =>
        db.QuerySingleOrDefaultAsync<RemoteLink?>($"SELECT {Columns} FROM consents__links WHERE record_id = @id AND ended_at IS NULL AND expires_at > @Now", new { id, clock.Now }), token);

    /// <summary>Opens a link with the client's birth date.</summary>
    /// <returns>The secret that the browser holds from now on, which is the only one that goes on.</returns>
    /// <exception cref="RefusedException">The link isn't one, can't be used any more, was opened before, or the birth date isn't the client's. All of them but the last are said alike.</exception>
    public async Task<string> OpenAsync(string secret, DateOnly? birthDate, CancellationToken token = default)
    {
        if (birthDate is null) throw Refuse.Field("birthDate", $"This is needed.");
        var holder = NewSecret();
        var opened = await store.WriteAsync(new("Opened a link to sign at home"), async unit =>
        {
            var db = unit.Connection;
            var (id, patientId) = await RowAsync(db, secret, unit.Now, "opened_at IS NULL") ?? throw Gone();
            if ((await patients.FindAsync(unit, patientId, token))?.BirthDate == birthDate)
            {
                await db.ExecuteAsync("UPDATE consents__links SET opened_at = @Now, holder = @hash, failures = 0 WHERE id = @id", new { id, unit.Now, hash = HashOf(holder) });
                return true;
            }

            // Kept, so that nobody tries all days of a century.
            await db.ExecuteAsync("UPDATE consents__links SET failures = failures + 1, ended_at = CASE WHEN failures + 1 >= @MaxFailures THEN @Now END WHERE id = @id", new { id, unit.Now, MaxFailures });
            return false;
        }, token);
        return opened ? holder : throw Refuse.Field("birthDate", $"This isn’t the birth date that the clinic has. After five wrong ones the link can’t be used any more.");
    }

    /// <summary>The form that a link leads to, for the browser that opened it; null where it has to be opened first.</summary>
    /// <exception cref="RefusedException">The link isn't one or can't be used any more.</exception>
    public Task<ConsentFile?> FindAsync(string secret, string? holder, CancellationToken token = default) => store.SnapshotAsync(async db =>
    {
        var row = await db.QuerySingleOrDefaultAsync<(long RecordId, string? Holder, DateTimeOffset At)>(
            "SELECT record_id, holder, expires_at FROM consents__links WHERE hash = @hash AND ended_at IS NULL", new { hash = HashOf(secret) });
        if (row.RecordId == 0 || row.At <= clock.Now) throw Gone();
        if (row.Holder is null) return null;
        if (holder is null || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(holder)), Encoding.ASCII.GetBytes(row.Holder))) throw Gone();
        return await ConsentBook.RequireAsync(db, row.RecordId);
    }, token);

    /// <summary>Whether a signature is one that is given at home.</summary>
    public static bool IsTheirs(SignatureMeaning? meaning) => meaning is SignatureMeaning.PatientConsent or SignatureMeaning.GuardianConsent;

    private static async Task<(long Id, long PatientId)?> RowAsync(DbConnection db, string secret, DateTimeOffset now, string also) => await db.QuerySingleOrDefaultAsync<(long, long)?>($"""
        SELECT l.id, r.patient_id FROM consents__links l JOIN consents__records r ON r.id = l.record_id
        WHERE l.hash = @hash AND l.ended_at IS NULL AND l.expires_at > @now AND l.{also}
        """, new { hash = HashOf(secret), now });

    // A link that was never made, one that has ended and one that somebody else opened are told alike.
    private static RefusedException Gone() => Refuse.Because($"This link can’t be used. Links end after some days, and are opened once, in one browser. Ask the clinic for a new one.");

    private static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
