using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components.Forms;

namespace Smp.Host.Web;

/// <summary>The token that forms carry against forgery: the request's own, or in a panel's scope that of the page around it.</summary>
internal sealed class FormTokens(IHttpContextAccessor http, IAntiforgery antiforgery) : AntiforgeryStateProvider
{
    private AntiforgeryRequestToken? token;

    public override AntiforgeryRequestToken? GetAntiforgeryToken()
    {
        if (token is null && http.HttpContext is { } context)
        {
            var tokens = antiforgery.GetAndStoreTokens(context);
            token = new(tokens.RequestToken!, tokens.FormFieldName);
        }

        return token;
    }

    public void CopyFrom(FormTokens page) => token = page.GetAntiforgeryToken();
}
