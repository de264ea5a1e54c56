using Smp.Runtime.Core.Credentials;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Pages.Staff;

/// <summary>A credential as its form holds it.</summary>
internal static class CredentialForm
{
    /// <summary>Fills the form with all of a credential.</summary>
    public static void Prefill(FormState form, CredentialRecord credential)
    {
        form.Prefill("rowVersion", credential.RowVersion);
        Renew(form, credential);
        form.Prefill("validFrom", credential.ValidFrom);
        form.Prefill("validUntil", credential.ValidUntil);
    }

    /// <summary>Fills the form with what a renewal has in common with the credential it renews.</summary>
    public static void Renew(FormState form, CredentialRecord credential)
    {
        form.Prefill("kind", credential.Kind);
        form.Prefill("name", credential.Name);
        form.Prefill("number", credential.Number);
        form.Prefill("issuer", credential.Issuer);
    }

    /// <summary>Reads the form.</summary>
    public static CredentialInput Read(FormState form)
    {
        var input = new CredentialInput
        {
            Kind = form.Choice<CredentialKind>("kind"), Name = form.Text("name"), Number = form.Text("number"), Issuer = form.Text("issuer"),
            ValidFrom = form.Date("validFrom"), ValidUntil = form.Date("validUntil"),
        };
        form.Check();
        return input;
    }
}
