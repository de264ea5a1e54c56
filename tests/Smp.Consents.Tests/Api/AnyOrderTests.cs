using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck.Fluent;

namespace Smp.Consents.Tests.Api;

/// <summary>The whole module, tried in any order: through its API, with its store.</summary>
public sealed class AnyOrderTests : ConsentsApi
{
    [Test]
    public async Task However_it_is_tried_nothing_comes_into_force_with_anything_missing_and_nothing_signed_is_ever_another()
    {
        var form = await FormAsync(questions: true, coolingOffDays: 1, signatures: ["PatientConsent", "Witness"]);
        var reached = 0;
        // The acts that lead on come often, so that some sequences get there.
        var sequences = Gen.Choose(0, 17).ArrayOf(30).Sample(40);
        // One that does, and goes on trying afterwards: whatever chance brings, something is checked.
        int[] there = [0, 2, 5, 16, 7, 10, 5, 2, 7, 10, 13, 13, 13, 14, 5, 7];
        foreach (var sequence in sequences.Append(there)) reached += await RunAsync(form, sequence) ? 1 : 0;
        Assert.That(reached, Is.GreaterThan(0), "no sequence got into force: nothing was checked");
    }

    private async Task<bool> RunAsync(long form, int[] acts)
    {
        var desk = await Clinic.AsAsync(Smp.Sdk.Role.Physician);
        var patient = await PatientAsync(who: await Clinic.AsAsync(Smp.Sdk.Role.Coordinator));
        var id = Id(await PostAsync("records", new { patientId = patient, templateId = form, language = "en", prepare = true }, desk));
        var (active, passed, waited) = (false, false, false);
        string? signed = null;
        foreach (var act in acts)
        {
            var (path, method, body) = act switch
            {
                0 => ("present", HttpMethod.Post, (object)new { }),
                1 => ("quiz", HttpMethod.Post, new { answers = new[] { 0 } }),
                2 or 3 => ("quiz", HttpMethod.Post, new { answers = new[] { 1 } }),
                4 => ("answers", HttpMethod.Put, new { answers = new { smoker = "yes", risks = "AH" } }),
                5 or 6 => ("answers", HttpMethod.Put, new { answers = new { risks = "AH" } }),
                7 or 8 or 9 => ("signatures", HttpMethod.Post, new { meaning = "PatientConsent", strokes = Drawn }),
                10 or 11 or 12 => ("signatures", HttpMethod.Post, new { meaning = "Witness", typed = "Mara", printedName = "Mara" }),
                13 => ("decline", HttpMethod.Post, new { }),
                14 => ("withdraw", HttpMethod.Post, new { way = "Phone" }),
                15 => ("capacity", HttpMethod.Post, new { able = true, note = "Knows where they are" }),
                _ => ("", HttpMethod.Post, new { }),
            };
            if (path.Length == 0)
            {
                // A day goes by; the tokens live on.
                Clinic.Clock.Advance(TimeSpan.FromHours(act == 16 ? 25 : 1));
                continue;
            }

            // Declining ends nearly every sequence: now and then is enough.
            if (act == 13 && acts.Count(a => a == 13) < 3) continue;
            var before = await FileAsync(id, desk);
            await SendAsync(method, $"records/{id}/{path}", body, desk, (long)before["record"]!["rowVersion"]!);
            var file = await FileAsync(id, desk);
            var state = StateOf(file);
            passed |= file["tries"]!.AsArray().Any(t => (long)t!["rightCount"]! == 1);
            if (file["signatures"]!.AsArray() is [var first, ..])
                waited = DateTimeOffset.Parse((string)first!["signedAt"]!, CultureInfo.InvariantCulture) >= DateTimeOffset.Parse((string)file["record"]!["presentedAt"]!, CultureInfo.InvariantCulture).AddDays(1);
            if (state is "Active" && signed is null)
            {
                active = true;
                Assert.That(passed && waited, Is.True, string.Join(',', acts));
                Assert.That(file["missing"]!.AsArray(), Is.Empty);
                Assert.That((string?)file["record"]!["answers"]!["risks"], Is.EqualTo("AH"));
                Assert.That(file["record"]!["answers"]!["smoker"], Is.Null, "a smoker who doesn't say how much");
                Assert.That(file["signatures"]!.AsArray().Select(s => (string)s!["meaning"]!), Is.EqualTo(new[] { "PatientConsent", "Witness" }));
                signed = await HashAsync(file, id, desk);
            }
            else if (signed is not null)
            {
                Assert.That(await HashAsync(file, id, desk), Is.EqualTo(signed), string.Join(',', acts));
            }
        }

        return active;
    }

    private async Task<JsonNode> FileAsync(long id, HttpClient who) => (await DoneAsync(HttpMethod.Get, $"records/{id}", who: who))["consent"]!;

    // All that is stored of it but where it stands now.
    private static async Task<string> HashAsync(JsonNode file, long id, HttpClient who)
    {
        var record = file["record"]!.DeepClone().AsObject();
        foreach (var moving in new[] { "state", "rowVersion", "endedAt", "endedBy", "endReason", "open" }) record.Remove(moving);
        var html = await who.GetStringAsync($"/consents/records/{id}/document");
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(record.ToJsonString() + file["signatures"]!.ToJsonString() + file["tries"]!.ToJsonString() + html)));
    }
}
