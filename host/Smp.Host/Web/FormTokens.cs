using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components.Forms;
using Smp.Sdk.Web;

namespace Smp.Host.Web;

/// <summary>The token that forms carry against forgery: the request's own, or in a panel's scope that of the page around it.</summary>
internal sealed class FormTokens(IHttpContextAccessor http, IAntiforgery antiforgery) : IFormToken
{
    private AntiforgeryRequestToken? token;

    public AntiforgeryRequestToken? Current
    {
        get
        {
            if (token is null && http.HttpContext is { } context)
            {
                var tokens = antiforgery.GetAndStoreTokens(context);
                token = new(tokens.RequestToken!, tokens.FormFieldName);
            }

            return token;
        }
    }

    public void CopyFrom(FormTokens page) => token = page.Current;
}
