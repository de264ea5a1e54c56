using Dapper;
using Smp.Sdk;

namespace Smp.Consents.Records;

/// <summary>Ends consents: declined, withdrawn, void, expired. History stays.</summary>
internal sealed class ConsentEndings(IStore<ConsentsPlugin> store, ITimeline timeline)
{
    /// <summary>The client says no. Nobody has to say why.</summary>
    public Task<ConsentFile> DeclineAsync(long id, string? reason, CancellationToken token = default) => EndAsync(id, ConsentEvent.Decline, "Client declined a consent form", reason, "Consent declined", token);

    /// <summary>It was a mistake; it stays, marked.</summary>
    public Task<ConsentFile> VoidAsync(long id, string? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        checks.Require(reason, "reason", 500);
        checks.Throw();
        return EndAsync(id, ConsentEvent.Void, "Voided a consent form", reason, "Consent form voided", token);
    }

    /// <summary>The client takes it back, which takes effect at once (GDPR Art. 7(3)). Nobody has to say why.</summary>
    public Task<ConsentFile> WithdrawAsync(long id, WithdrawalWay? way, string? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        checks.That(way is { } known && Enum.IsDefined(known), "way", $"Say how the client told you.");
        checks.Throw();
        return EndAsync(id, ConsentEvent.Withdraw, "Client withdrew a consent", reason, "Consent withdrawn", token, async (unit, record, text) =>
        {
            await unit.Connection.ExecuteAsync("INSERT INTO consents__withdrawals (record_id, way, reason, recorded_by, at) VALUES (@id, @way, @text, @Name, @Now)",
                new { id, way = way!.Value.ToString(), text, unit.Actor.Name, unit.Now });
            var procedures = (await unit.Connection.QueryAsync<string>("SELECT procedure FROM consents__template_procedures WHERE template_id = @TemplateId ORDER BY procedure", new { record.TemplateId })).AsList();
            await unit.PublishAsync(new ConsentWithdrawn(id, record.PatientId, record.Kind, record.Title, procedures), token);
        });
    }

    /// <summary>Says that what a withdrawal brings about was seen to.</summary>
    public Task<ConsentFile> SeenAsync(long id, string? note, CancellationToken token = default)
    {
        var checks = new Checks();
        var text = checks.Require(note, "note", 500);
        checks.Throw();
        return store.WriteAsync(new("Saw to what a withdrawal brings about"), async unit =>
        {
            var seen = await unit.Connection.ExecuteAsync("UPDATE consents__withdrawals SET seen_at = @Now, seen_by = @Name, seen_note = @text WHERE record_id = @id AND seen_at IS NULL", new { id, text, unit.Now, unit.Actor.Name });
            var file = await ConsentBook.RequireAsync(unit.Connection, id);
            return seen == 1 ? file : throw (file.Withdrawal is null ? Refuse.Because($"This consent wasn’t withdrawn.") : Refuse.Because($"This was seen to already."));
        }, token);
    }

    /// <summary>Its time has run out. Does nothing where it has ended in another way.</summary>
    public Task ExpireAsync(long id, CancellationToken token = default) => store.WriteAsync(new("A consent expired"), async unit =>
    {
        if (await ConsentBook.FindAsync(unit.Connection, id) is not { Record: { State: ConsentState.Active } record }) return false;
        await unit.Connection.ExecuteAsync("UPDATE consents__records SET state = @state, ended_at = @Now, ended_by = @Name, row_version = row_version + 1 WHERE id = @id",
            new { id, state = ConsentStates.Next(record.State, ConsentEvent.Expire)!.Value.ToString(), unit.Now, unit.Actor.Name });
        await timeline.WriteAsync(unit, new(record.PatientId, unit.Now, "signature", Excerpt.Of($"Consent expired: {record.Title}"), ConsentBook.Href(id)), token);
        return true;
    }, token);

    private Task<ConsentFile> EndAsync(
        long id, ConsentEvent on, string act, string? reason, string said, CancellationToken token, Func<IUnitOfWork, ConsentRecord, string?, Task>? more = null)
    {
        var checks = new Checks();
        var text = checks.Optional(reason, "reason", 500);
        checks.Throw();
        return store.WriteAsync(new(act, text), async unit =>
        {
            var record = (await ConsentBook.RequireAsync(unit.Connection, id)).Record;
            var to = ConsentStates.Next(record.State, on) ?? throw Cant(record, on);
            await unit.Connection.ExecuteAsync("UPDATE consents__records SET state = @to, ended_at = @Now, ended_by = @Name, end_reason = @text, row_version = row_version + 1 WHERE id = @id",
                new { id, to = to.ToString(), text, unit.Now, unit.Actor.Name });
            await unit.Connection.ExecuteAsync("UPDATE consents__links SET ended_at = @Now WHERE record_id = @id AND ended_at IS NULL", new { id, unit.Now });
            await timeline.WriteAsync(unit, new(record.PatientId, unit.Now, "signature", Excerpt.Of($"{said}: {record.Title}"), ConsentBook.Href(id)), token);
            if (more is not null) await more(unit, record, text);
            return await ConsentBook.RequireAsync(unit.Connection, id);
        }, token);
    }

    private static RefusedException Cant(ConsentRecord record, ConsentEvent on) => (on, record.State) switch
    {
        (ConsentEvent.Withdraw, _) when record.Open => Refuse.Because($"This form wasn’t signed, so there is nothing to withdraw. Decline it instead."),
        (ConsentEvent.Decline, ConsentState.Active) => Refuse.Because($"This form was signed. Withdraw it instead."),
        _ => ConsentBook.Ended(record),
    };
}

/// <summary>Ends a consent whose time has run out.</summary>
/// <param name="ConsentId">Which.</param>
public sealed record ExpireConsent(long ConsentId);

/// <summary>Ends consents whose time has run out.</summary>
internal sealed class ExpiryJob(ConsentEndings endings) : IJob<ExpireConsent>
{
    public Task RunAsync(ExpireConsent order, CancellationToken token) => endings.ExpireAsync(order.ConsentId, token);
}
