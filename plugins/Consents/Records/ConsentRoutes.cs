using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Consents.Documents;
using Smp.Consents.Presenting;
using Smp.Consents.Remote;
using Smp.Consents.Signing;
using Smp.Consents.Templates;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Consents.Records;

/// <summary>A question, as it is asked: without the answer.</summary>
/// <param name="Text">The question.</param>
/// <param name="Answers">To choose from.</param>
public sealed record AskedQuestion(string Text, IReadOnlyList<string> Answers);

/// <summary>What the client was shown, as it is shown again.</summary>
/// <param name="Text">Markdown with fields.</param>
/// <param name="Values">What was filled in, by name.</param>
/// <param name="Fields">What is asked with the answers given so far, in order.</param>
/// <param name="Questions">The comprehension questions.</param>
/// <param name="Signatures">Who signs, in this order.</param>
public sealed record ShownForm(string Text, IReadOnlyDictionary<string, string> Values, IReadOnlyList<FieldPart> Fields, IReadOnlyList<AskedQuestion> Questions, IReadOnlyList<SignatureMeaning> Signatures);

/// <summary>A consent as the API says it.</summary>
/// <param name="Consent">With everything that belongs to it.</param>
/// <param name="Form">What the client was shown; null in a draft.</param>
public sealed record ConsentAnswer(ConsentFile Consent, ShownForm? Form);

/// <summary>Answers to a form's fields, as a body.</summary>
/// <param name="Answers">By field; a ticked box says "yes", a day is YYYY-MM-DD.</param>
public sealed record AnswersInput(IReadOnlyDictionary<string, string?>? Answers);

/// <summary>Answers to the questions, as a body.</summary>
/// <param name="Answers">The place of the answer to each question, from 0.</param>
public sealed record QuizInput(IReadOnlyList<int>? Answers);

/// <summary>What came of a try.</summary>
/// <param name="Passed">Whether all were right.</param>
/// <param name="Wrong">The places of those that weren't, from 0.</param>
/// <param name="Consent">The consent now.</param>
public sealed record QuizAnswer(bool Passed, IReadOnlyList<int> Wrong, ConsentAnswer Consent);

/// <summary>Whether the client can decide, as a body.</summary>
public sealed record CapacityInput(bool? Able, string? Note);

/// <summary>Why, as a body.</summary>
public sealed record EndInput(string? Reason = null);

/// <summary>A withdrawal, as a body.</summary>
public sealed record WithdrawInput(WithdrawalWay? Way, string? Reason = null);

/// <summary>What was done, as a body.</summary>
public sealed record SeenInput(string? Note);

/// <summary>Whether a link goes out by a message, as a body.</summary>
public sealed record LinkInput(bool Send = false);

/// <summary>Consents as JSON.</summary>
internal static class ConsentRoutes
{
    public static void MapConsents(this IPluginRoutes routes)
    {
        var consents = routes.Api.MapGroup("/records").WithTags("Consents");

        consents.MapGet("/", async Task<Ok<Page<ConsentLine>>> (ConsentBook book, long? patient, bool? open, ConsentState? state, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(await book.PageAsync(new(patient, open ?? false, state), after, Keyset.Limit(limit), token)))
            .Demand(Permissions.View).Demand(Permissions.SeePatients).AboutPatient("patient").WithName("consents.records.list").WithSummary("Consents, the newest first.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        consents.MapGet("/{id:long}", async Task<Ok<ConsentAnswer>> (ConsentBook book, HttpContext http, long id, CancellationToken token) =>
                Answer(http, await book.FindAsync(id, token) ?? throw ConsentBook.Missing(id)))
            .Demand(Permissions.View).Demand(Permissions.SeePatients).WithName("consents.records.find").WithSummary("A consent with what was shown, answered and signed.")
            .ProducesProblem(StatusCodes.Status404NotFound);

        consents.MapPost("/", async Task<Created<ConsentAnswer>> (Presenter presenter, HttpContext http, PresentInput input, CancellationToken token) =>
            {
                var file = await presenter.PresentAsync(input, token);
                return TypedResults.Created($"/api/consents/records/{file.Record.Id}", Answer(http, file).Value);
            })
            .Demand(Permissions.Present).WithName("consents.records.add").WithSummary("Presents a form to a patient: text, language, version and values are frozen. Or only prepares it.").ProducesRefusals();

        consents.MapPost("/{id:long}/present", async Task<Ok<ConsentAnswer>> (Presenter presenter, HttpContext http, long id, PresentInput input, CancellationToken token) =>
                Answer(http, await presenter.PresentAsync(id, input, token)))
            .Demand(Permissions.Present).WithName("consents.records.present").WithSummary("Presents a form that was prepared.").ProducesRefusals();

        consents.MapPut("/{id:long}/answers", async Task<Ok<ConsentAnswer>> (Presenter presenter, HttpContext http, long id, AnswersInput input, CancellationToken token) =>
                Answer(http, await presenter.AnswerAsync(id, RowVersions.Required(http.Request), input.Answers ?? new Dictionary<string, string?>(), token)))
            .Demand(Permissions.Present).WithName("consents.records.answers").WithSummary("Takes the client's answers in place of those before.").ProducesRefusals();

        consents.MapPost("/{id:long}/quiz", async Task<Ok<QuizAnswer>> (Presenter presenter, HttpContext http, long id, QuizInput input, CancellationToken token) =>
            {
                var (file, wrong) = await presenter.QuizAsync(id, input.Answers ?? [], token);
                return TypedResults.Ok(new QuizAnswer(wrong.Count == 0, wrong, Answer(http, file).Value!));
            })
            .Demand(Permissions.Present).WithName("consents.records.quiz").WithSummary("Takes a try at the questions. Each is kept.").ProducesRefusals();

        consents.MapPost("/{id:long}/signatures", async Task<Ok<ConsentAnswer>> (SignatureBook book, HttpContext http, long id, SignatureInput input, CancellationToken token) =>
                Answer(http, await book.SignAsync(id, RowVersions.Required(http.Request), input, remote: false, token)))
            .Demand(Permissions.Present).WithName("consents.records.sign").WithSummary("Takes the next signature. The last one brings the consent into force.").ProducesRefusals();

        consents.MapPost("/{id:long}/capacity", async Task<Ok<ConsentAnswer>> (Presenter presenter, HttpContext http, long id, CapacityInput input, CancellationToken token) =>
                Answer(http, await presenter.AssessAsync(id, input.Able, input.Note, token)))
            .Demand(Permissions.Present).WithName("consents.records.capacity").WithSummary("Writes down whether the client is able to decide.").ProducesRefusals();

        consents.MapPost("/{id:long}/decline", async Task<Ok<ConsentAnswer>> (ConsentEndings endings, HttpContext http, long id, EndInput input, CancellationToken token) =>
                Answer(http, await endings.DeclineAsync(id, input.Reason, token)))
            .Demand(Permissions.Present).WithName("consents.records.decline").WithSummary("The client says no.").ProducesRefusals();

        consents.MapPost("/{id:long}/withdraw", async Task<Ok<ConsentAnswer>> (ConsentEndings endings, HttpContext http, long id, WithdrawInput input, CancellationToken token) =>
                Answer(http, await endings.WithdrawAsync(id, input.Way, input.Reason, token)))
            .Demand(Permissions.Present).WithName("consents.records.withdraw").WithSummary("The client takes it back, which takes effect at once.").ProducesRefusals();

        consents.MapPost("/{id:long}/seen", async Task<Ok<ConsentAnswer>> (ConsentEndings endings, HttpContext http, long id, SeenInput input, CancellationToken token) =>
                Answer(http, await endings.SeenAsync(id, input.Note, token)))
            .Demand(Permissions.Present).WithName("consents.records.seen").WithSummary("Says that what a withdrawal brings about was seen to.").ProducesRefusals();

        consents.MapPost("/{id:long}/void", async Task<Ok<ConsentAnswer>> (ConsentEndings endings, HttpContext http, long id, EndInput input, CancellationToken token) =>
                Answer(http, await endings.VoidAsync(id, input.Reason, token)))
            .Demand(Permissions.Void).WithName("consents.records.void").WithSummary("Marks a consent as made by mistake.").ProducesRefusals();

        consents.MapPost("/{id:long}/link", async Task<Ok<NewLink>> (RemoteLinks links, long id, LinkInput input, CancellationToken token) => TypedResults.Ok(await links.MakeAsync(id, input.Send, token)))
            .Demand(Permissions.Present).WithName("consents.records.link").WithSummary("Makes a link by which the client reads and signs at home.").ProducesRefusals();

        consents.MapDelete("/{id:long}/link", async Task<NoContent> (RemoteLinks links, long id, CancellationToken token) =>
            {
                await links.EndAsync(id, token);
                return TypedResults.NoContent();
            })
            .Demand(Permissions.Present).WithName("consents.records.unlink").WithSummary("Takes the link back.").ProducesRefusals();

        routes.Pages.MapGet("/records/{id:long}/document", async Task<FileStreamHttpResult> (DocumentBook documents, ConsentBook book, HttpContext http, long id, CancellationToken token) =>
            {
                await LookAsync(book, http, id, token);
                http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-modals; frame-ancestors 'none'";
                return TypedResults.Stream(await documents.HtmlAsync(id, token), "text/html; charset=utf-8");
            })
            .Demand(Permissions.View).Demand(Permissions.SeePatients);

        routes.Pages.MapGet("/records/{id:long}/print", async Task<FileStreamHttpResult> (DocumentBook documents, ConsentBook book, HttpContext http, long id, CancellationToken token) =>
            {
                await LookAsync(book, http, id, token);
                http.Response.Headers.ContentDisposition = FormattableString.Invariant($"inline; filename=\"consent-{id}.pdf\"");
                return TypedResults.Stream(await documents.PdfAsync(id, token), "application/pdf");
            })
            .Demand(Permissions.View).Demand(Permissions.SeePatients);
    }

    internal static async Task LookAsync(ConsentBook book, HttpContext http, long id, CancellationToken token)
    {
        var file = await book.FindAsync(id, token) ?? throw ConsentBook.Missing(id);
        http.LookedAt(file.Record.PatientId);
    }

    private static Ok<ConsentAnswer> Answer(HttpContext http, ConsentFile file)
    {
        http.Response.Headers.ETag = RowVersions.Tag(file.Record.RowVersion);
        http.LookedAt(file.Record.PatientId);
        var form = file.Form;
        return TypedResults.Ok(new ConsentAnswer(file, form is null ? null : new(form.Text, form.Values, [.. form.Completeness().Fields(file.Record.Answers)],
            [.. form.Questions.Select(q => new AskedQuestion(q.Text, q.Answers))], form.Signatures)));
    }
}
