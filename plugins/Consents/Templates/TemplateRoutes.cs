using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Consents.Templates;

/// <summary>Forms as JSON.</summary>
internal static class TemplateRoutes
{
    public static void MapTemplates(this IEndpointRouteBuilder api)
    {
        var forms = api.MapGroup("/templates").WithTags("Consent forms");

        forms.MapGet("/", async Task<Ok<IReadOnlyList<ConsentTemplate>>> (TemplateBook book, CancellationToken token) => TypedResults.Ok(await book.ListAsync(token)))
            .Demand(Permissions.View).WithName("consents.templates.list").WithSummary("Every form, those that are presented first.");

        forms.MapGet("/{id:long}", async Task<Ok<ConsentTemplate>> (TemplateBook book, HttpResponse answer, long id, CancellationToken token) =>
                Tagged(answer, await book.FindAsync(id, token) ?? throw TemplateBook.Missing(id), t => t.RowVersion))
            .Demand(Permissions.View).WithName("consents.templates.find").WithSummary("A form.").ProducesProblem(StatusCodes.Status404NotFound);

        forms.MapPost("/", async Task<Created<ConsentTemplate>> (TemplateBook book, TemplateInput input, CancellationToken token) =>
            {
                var template = await book.AddAsync(input, token);
                return TypedResults.Created($"/api/consents/templates/{template.Id}", template);
            })
            .Demand(Permissions.Templates).WithName("consents.templates.add").WithSummary("Adds a form. It is presented once a draft of it was published.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        forms.MapPut("/{id:long}", async Task<Ok<ConsentTemplate>> (TemplateBook book, HttpRequest request, HttpResponse answer, long id, TemplateInput input, CancellationToken token) =>
                Tagged(answer, await book.ChangeAsync(id, RowVersions.Required(request), input, token), t => t.RowVersion))
            .Demand(Permissions.Templates).WithName("consents.templates.change").WithSummary("Changes what a form is called and which procedures need it.").ProducesRefusals();

        forms.MapGet("/{id:long}/versions", async Task<Ok<IReadOnlyList<TemplateVersion>>> (TemplateBook book, long id, CancellationToken token) =>
                TypedResults.Ok(await book.FindAsync(id, token) is null ? throw TemplateBook.Missing(id) : await book.VersionsAsync(id, token)))
            .Demand(Permissions.View).WithName("consents.versions.list").WithSummary("A form's versions, the newest first, without their texts.").ProducesProblem(StatusCodes.Status404NotFound);

        forms.MapPost("/{id:long}/draft", async Task<Ok<TemplateVersion>> (TemplateBook book, HttpResponse answer, long id, CancellationToken token) =>
                Tagged(answer, await book.DraftAsync(id, token), v => v.RowVersion))
            .Demand(Permissions.Templates).WithName("consents.versions.draft").WithSummary("The draft that there is, or a new one: a copy of the version before.").ProducesRefusals();

        var versions = api.MapGroup("/versions").WithTags("Consent forms");

        versions.MapGet("/{id:long}", async Task<Ok<TemplateVersion>> (TemplateBook book, HttpResponse answer, long id, CancellationToken token) =>
                Tagged(answer, await book.VersionAsync(id, token) ?? throw Refuse.Missing($"There is no version {id}."), v => v.RowVersion))
            .Demand(Permissions.View).WithName("consents.versions.find").WithSummary("A version with its texts.").ProducesProblem(StatusCodes.Status404NotFound);

        versions.MapPut("/{id:long}", async Task<Ok<TemplateVersion>> (TemplateBook book, HttpRequest request, HttpResponse answer, long id, DraftInput input, CancellationToken token) =>
                Tagged(answer, await book.SaveAsync(id, RowVersions.Required(request), input, token), v => v.RowVersion))
            .Demand(Permissions.Templates).WithName("consents.versions.save").WithSummary("Puts a draft in place of what it was, whole.").ProducesRefusals();

        versions.MapPost("/{id:long}/publish", async Task<Ok<TemplateVersion>> (TemplateBook book, HttpRequest request, HttpResponse answer, long id, CancellationToken token) =>
                Tagged(answer, await book.PublishAsync(id, RowVersions.Required(request), token), v => v.RowVersion))
            .Demand(Permissions.Templates).WithName("consents.versions.publish").WithSummary("Publishes a draft: it is presented from now on, and never changed.").ProducesRefusals();

        versions.MapPost("/{id:long}/retire", async Task<Ok<TemplateVersion>> (TemplateBook book, long id, CancellationToken token) => TypedResults.Ok(await book.RetireAsync(id, token)))
            .Demand(Permissions.Templates).WithName("consents.versions.retire").WithSummary("Presents a version no more. What was signed stays in force.").ProducesRefusals();

        versions.MapDelete("/{id:long}", async Task<NoContent> (TemplateBook book, HttpRequest request, long id, CancellationToken token) =>
            {
                await book.DiscardAsync(id, RowVersions.Required(request), token);
                return TypedResults.NoContent();
            })
            .Demand(Permissions.Templates).WithName("consents.versions.discard").WithSummary("Throws a draft away.").ProducesRefusals();
    }

    private static Ok<T> Tagged<T>(HttpResponse answer, T value, Func<T, long> version)
    {
        answer.Headers.ETag = RowVersions.Tag(version(value));
        return TypedResults.Ok(value);
    }
}
