using Smp.Runtime.Core.Messages;
using Smp.Runtime.Core.Patients;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>Messages to patients: what went out and what didn't, what they say, and which ones a patient doesn't want.</summary>
internal static class MessageRoutes
{
    /// <summary>Which messages a patient doesn't want.</summary>
    /// <param name="Unwanted">All of them; an empty list wants everything.</param>
    public sealed record MessageWishes(IReadOnlyList<MessagePurpose>? Unwanted);

    /// <summary>What a template shall say.</summary>
    /// <param name="Subject">The subject of an e-mail.</param>
    /// <param name="Body">The text.</param>
    public sealed record TemplateText(string? Subject, string? Body);

    public static IEndpointRouteBuilder MapMessages(this IEndpointRouteBuilder routes)
    {
        var messages = routes.MapGroup("/api/messages").Demand(CorePermissions.PatientsView).Demand(CorePermissions.MessagesManage).WithTags("messages");
        messages.MapGet("", async (MessageBook book, MessageStatus? status, long? patient, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(await book.PageAsync(status, patient, after, Keyset.Limit(limit), token)))
            .AboutPatient("patient").WithName("messages.list").WithSummary("Messages to patients, the latest first; status=Failed for what couldn't be sent.").ProducesProblem(422);
        messages.MapPost("{id:long}/again", async (MessageBook book, long id, CancellationToken token) =>
            {
                await book.AgainAsync(id, token);
                return TypedResults.NoContent();
            })
            .WithName("messages.again").WithSummary("Sends one that failed or was held back once more.").ProducesProblem(409);

        var templates = routes.MapGroup("/api/message-templates").Demand(CorePermissions.MessagesManage).WithTags("messages");
        templates.MapGet("", async (MessageTemplates book, CancellationToken token) => TypedResults.Ok(await book.ListAsync(token)))
            .WithName("message-templates.list").WithSummary("What the clinic's own messages say.");
        templates.MapPut("{id:long}", async (MessageTemplates book, HttpContext http, long id, TemplateText text, CancellationToken token) =>
                TypedResults.Ok(await book.ChangeAsync(id, RowVersions.Required(http.Request), text.Subject, text.Body, token)))
            .WithName("message-templates.change").WithSummary("Changes a template; If-Match holds its rowVersion in quotes.").ProducesProblem(404).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);

        var wishes = routes.MapGroup("/api/patients/{id:long}/message-wishes").Demand(CorePermissions.PatientsView).WithTags("messages");
        wishes.MapGet("", async (MessageBook book, PatientDirectory directory, long id, CancellationToken token) =>
            {
                if (await directory.FindAsync(id, token) is null) throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(id)}.");
                return TypedResults.Ok(new MessageWishes(await book.OptOutsAsync(id, token)));
            })
            .Demand(CorePermissions.PatientsView).AboutPatient("id").WithName("message-wishes.read").WithSummary("Which messages a patient doesn't want.").ProducesProblem(404);
        wishes.MapPut("", async (MessageBook book, long id, MessageWishes said, CancellationToken token) =>
            {
                await book.OptOutAsync(id, said.Unwanted ?? [], token);
                return TypedResults.NoContent();
            })
            .Demand(CorePermissions.PatientsEdit).WithName("message-wishes.change").WithSummary("Notes which messages a patient doesn't want.").ProducesProblem(404).ProducesProblem(422);
        return routes;
    }
}
