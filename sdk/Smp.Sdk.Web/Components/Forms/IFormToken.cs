using Microsoft.AspNetCore.Components.Forms;

namespace Smp.Sdk.Web;

/// <summary>
/// The token that forms carry against forgery. Provided by the host: within a page the request's own, within a panel, which is rendered
/// apart from any request, that of the page around it.
/// </summary>
public interface IFormToken
{
    /// <summary>The token, or null where there is no request to protect.</summary>
    AntiforgeryRequestToken? Current { get; }
}
