using System.Text;
using Smp.Runtime.Loading;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Loading;

public sealed class ManifestReaderTests
{
    private const string Whole = """
        {
          "$schema": "plugin.schema.json",
          "id": "acme.aftercare", "name": "Aftercare calls", "version": "1.2.0", "description": "Calls patients.", "publisher": "Acme",
          "assembly": "Acme.Aftercare.dll",
          "sdk": "[0.1,0.2)",
          "requires": { "sessions": "[1.0,2.0)" }, "optional": { "needles": "[1.0,2.0)" },
          "data": { "reads": ["patients", "sessions.sessions@1"], "publishes": ["calls@2"] },
          "permissions": [{ "id": "call", "name": "Record aftercare calls", "roles": ["Coordinator", "Technician"] }],
          "nav": [{ "text": "Calls", "href": "/acme.aftercare/calls", "icon": "phone", "permission": "acme.aftercare.call" }],
          "guards": ["recent-call"],
          "settings": {
            "type": "object",
            "properties": {
              "days": { "type": "integer", "title": "Days", "description": "After the session.", "default": 7, "minimum": 1, "maximum": 30 },
              "factor": { "type": "number", "title": "Factor", "default": 0.5 },
              "active": { "type": "boolean", "title": "Active", "default": true },
              "tone": { "type": "string", "title": "Tone", "default": "warm", "enum": ["warm", "brief"] },
              "sender": { "type": "string", "title": "Sender", "default": "", "maxLength": 20 },
              "password": { "type": "string", "title": "Password", "writeOnly": true }
            }
          }
        }
        """;

    [Test]
    public void Everything_a_manifest_says_is_read()
    {
        var manifest = Read(Whole).Manifest!;

        Assert.Multiple(() =>
        {
            Assert.That((manifest.Id, manifest.Name, manifest.Description, manifest.Publisher, manifest.Assembly),
                Is.EqualTo(("acme.aftercare", "Aftercare calls", "Calls patients.", "Acme", "Acme.Aftercare.dll")));
            Assert.That(manifest.Version.ToString(), Is.EqualTo("1.2.0"));
            Assert.That(manifest.Sdk.Satisfies(new("0.1.7")), Is.True);
            Assert.That(manifest.Sdk.Satisfies(new("0.2.0")), Is.False);
            Assert.That(manifest.Requires.Keys, Is.EqualTo(new[] { "sessions" }));
            Assert.That(manifest.Optional.Keys, Is.EqualTo(new[] { "needles" }));
            Assert.That(manifest.Reads, Is.EqualTo(new[] { new TableRead(null, "patients", null), new TableRead("sessions", "sessions", 1) }));
            Assert.That(manifest.Publishes, Is.EqualTo(new[] { new PublishedTable("calls", 2) }));
            Assert.That(manifest.Permissions.Single().Name, Is.EqualTo("acme.aftercare.call"));
            Assert.That(manifest.Permissions.Single().Roles, Is.EqualTo(new[] { Role.Coordinator, Role.Technician }));
            Assert.That(manifest.Nav.Single(), Is.EqualTo(new NavDefinition("Calls", "/acme.aftercare/calls", "phone", "acme.aftercare.call")));
            Assert.That(manifest.Guards, Is.EqualTo(new[] { "recent-call" }));
            Assert.That(manifest.Settings.Select(setting => (setting.Name, setting.Type, setting.Default, setting.Secret)), Is.EqualTo(new[]
            {
                ("days", SettingType.WholeNumber, (object)7L, false), ("factor", SettingType.Number, 0.5m, false), ("active", SettingType.Boolean, true, false),
                ("tone", SettingType.Text, "warm", false), ("sender", SettingType.Text, "", false), ("password", SettingType.Text, "", true),
            }));
        });
    }

    [Test]
    public void Several_problems_are_said_at_once_in_the_order_of_the_file()
    {
        var reasons = Read("""
            {
              "id": "Acme_Aftercare", "name": "Aftercare",
              "version": "1.2",
              "description": "Čalls.", "colour": "red", "publisher": 7, "assembly": "../x.dll", "sdk": "newest"
            }
            """).Reasons;

        Assert.That(reasons, Is.EqualTo(new[]
        {
            "plugin.json, line 2, column 9: \"id\" is \"Acme_Aftercare\". An id is lower-case words of letters and digits, joined by dots, such as \"acme.aftercare\".",
            "plugin.json, line 3, column 14: \"version\" is \"1.2\". A version is three numbers, such as \"1.2.0\" or \"1.2.0-beta.1\".",
            "plugin.json, line 4, column 28: \"colour\" is not known. Known here: $schema, assembly, data, description, exports, guards, id, name, nav, open, optional, permissions, publisher, requires, sdk, settings, version.",
            "plugin.json, line 4, column 58: \"publisher\" is 7; it must be a text in quotes.",
            "plugin.json, line 4, column 73: \"assembly\" is \"../x.dll\". It is the name of a file beside plugin.json that ends in .dll, without a folder.",
            "plugin.json, line 4, column 92: \"sdk\" is \"newest\". A range of versions is written like \"[1.0,2.0)\": from 1.0, below 2.0.",
        }));
    }

    [TestCase("/other/visit")]
    [TestCase("/acme.aftercare")]
    [TestCase("/acme.aftercare/../patients")]
    [TestCase("/acme.aftercare/visit/")]
    public void What_is_open_to_anybody_lies_under_the_modules_own_address(string open)
    {
        var reading = Read($$"""{ "id": "acme.aftercare", "name": "Aftercare", "version": "1.2.0", "description": "Calls.", "publisher": "Acme", "assembly": "Acme.dll", "sdk": "[0.1,0.2)", "open": ["{{open}}"] }""");

        Assert.That(reading.Reasons, Has.One.Contains("can be open to anybody"));
    }

    [Test]
    public void An_empty_manifest_is_told_all_it_lacks() =>
        Assert.That(Read("{}").Reasons.Select(reason => reason.Split('"')[1]), Is.EqualTo(new[] { "id", "name", "version", "description", "publisher", "assembly", "sdk" }));

    [TestCase("", "line 1, column 1")]
    [TestCase("{\n  \"id\": \"a\",\n}", "line 3, column 1")]
    [TestCase("{ // mine\n}", "line 1, column 3")]
    [TestCase("{} {}", "line 1, column 4")]
    [TestCase("{ \"id\": \"\\ud800\" }", "line 1, column 9")]
    [TestCase("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "line 1, column 17")]
    public void What_is_no_json_is_refused_with_the_place(string json, string place) =>
        Assert.That(Read(json).Reasons, Has.One.StartsWith($"plugin.json, {place}: "));

    [Test]
    public void A_file_in_another_encoding_is_refused() =>
        Assert.That(ManifestReader.Parse(Encoding.Latin1.GetBytes("{ \"name\": \"Über\" }")).Reasons, Is.EqualTo(new[] { "plugin.json: The file isn't written in UTF-8." }));

    [Test]
    public void However_many_values_a_manifest_has_the_places_of_what_is_wrong_are_right()
    {
        // As large as it may be.
        var refused = ManifestReader.Parse(Encoding.UTF8.GetBytes($"{{\n  \"x\": [{string.Join(',', Enumerable.Repeat('0', 125_000))}],\n \"y\": 0 }}")).Reasons;

        Assert.That(refused, Has.One.StartsWith("plugin.json, line 2, column 3: ").And.One.StartsWith("plugin.json, line 3, column 2: "), string.Join('\n', refused));
    }

    [Test]
    public void A_byte_order_mark_is_no_problem() =>
        Assert.That(ManifestReader.Parse([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Whole)]).Reasons, Is.Empty);

    [TestCase("core")]
    [TestCase("patients")]
    [TestCase("procedures")]
    [TestCase("openapi")]
    public void The_hosts_own_names_are_refused(string id) =>
        Assert.That(Changed("\"acme.aftercare\",", $"\"{id}\","), Has.One.Contains($"\"id\" is \"{id}\", a name that the host keeps for itself."));

    [TestCase("acme..aftercare")]
    [TestCase("acme.")]
    [TestCase("1st")]
    [TestCase("acme-aftercare")]
    [TestCase("ačme")]
    [TestCase("acme\\n")]
    public void What_is_no_id_is_refused(string id) => Assert.That(Changed("\"acme.aftercare\",", $"\"{id}\","), Is.Not.Empty);

    // What is changed in the whole manifest, and what the one reason against it then contains.
    [TestCase("\"id\": \"acme.aftercare\"", "\"id\": \"acme.aftercare\", \"id\": \"acme.aftercare\"", "\"id\" stands here a second time")]
    [TestCase("\"requires\": { \"sessions\": \"[1.0,2.0)\" }", "\"requires\": { \"sessions\": \"[2.0,1.0)\" }", "\"requires.sessions\" is \"[2.0,1.0)\"")]
    [TestCase("\"optional\": { \"needles\"", "\"optional\": { \"sessions\"", "\"sessions\" stands in \"requires\" and in \"optional\"")]
    [TestCase("\"optional\": { \"needles\"", "\"optional\": { \"acme.aftercare\"", "names the plugin itself")]
    [TestCase("\"optional\": { \"needles\"", "\"optional\": { \"Needles\"", "\"Needles\" in \"optional\" is no module's id")]
    [TestCase("\"patients\"", "\"Patients\"", "\"Patients\" is no table that can be read.")]
    [TestCase("\"patients\"", "\"needles.lots\"", "\"needles.lots\" is no table that can be read.")]
    [TestCase("\"patients\"", "\"consents.forms@1\"", "\"consents\" stands neither in \"requires\" nor in \"optional\"")]
    [TestCase("\"calls@2\"", "\"calls\"", "\"calls\" is no published table.")]
    [TestCase("\"reads\"", "\"writes\"", "\"data.writes\" is not known.")]
    [TestCase("\"Technician\"", "\"Dentist\"", "\"Dentist\" is no role. The roles are: Administrator, Physician, Technician, Coordinator, Auditor.")]
    [TestCase("\"Technician\"", "\"Coordinator\"", "\"Coordinator\" stands in \"permissions[0].roles\" a second time")]
    [TestCase("\"roles\": [\"Coordinator\", \"Technician\"]", "\"roles\": \"Coordinator\"", "it must be a list in brackets")]
    [TestCase(", \"roles\": [\"Coordinator\", \"Technician\"]", "", "\"permissions[0].roles\" is missing")]
    [TestCase("\"id\": \"call\"", "\"id\": \"Call\"", "\"permissions[0].id\" is \"Call\".")]
    [TestCase("\"/acme.aftercare/calls\"", "\"/needles\"", "It is a path under \"/acme.aftercare\"")]
    [TestCase("\"/acme.aftercare/calls\"", "\"/acme.aftercare/../needles\"", "It is a path under \"/acme.aftercare\"")]
    [TestCase("\"/acme.aftercare/calls\"", "\"/acme.aftercares\"", "It is a path under \"/acme.aftercare\"")]
    [TestCase("\"acme.aftercare.call\"", "\"acme.aftercare.view\"", "a permission that this manifest declares")]
    [TestCase("\"recent-call\"", "\"RecentCall\"", "\"RecentCall\" in \"guards\" is no name of a guard")]
    [TestCase("\"recent-call\"", "\"recent-call\", \"recent-call\"", "\"recent-call\" stands in \"guards\" a second time")]
    [TestCase("[\"recent-call\"]", "true", "it must be a list in brackets")]
    [TestCase("\"default\": 7", "\"default\": 31", "\"settings.properties.days.default\" is 31. The highest value is 30.")]
    [TestCase("\"default\": 7", "\"default\": 7.5", "\"settings.properties.days.default\" is 7.5. It is a whole number.")]
    [TestCase("\"default\": 7, ", "", "\"settings.properties.days.default\" is missing")]
    [TestCase("\"minimum\": 1,", "\"minimum\": 40,", "is higher than \"maximum\"")]
    [TestCase("\"default\": 0.5", "\"default\": \"0.5\"", "It is a number.")]
    [TestCase("\"default\": true", "\"default\": 1", "It is true or false.")]
    [TestCase("\"default\": true", "\"default\": true, \"enum\": [\"yes\"]", "\"settings.properties.active.enum\" is for a string")]
    [TestCase("\"default\": \"warm\"", "\"default\": \"cold\"", "It is one of: warm, brief.")]
    [TestCase("\"default\": \"\", \"maxLength\": 20", "\"default\": \"Aftercare\", \"maxLength\": 3", "At most 3 characters; this has 9.")]
    [TestCase("\"maxLength\": 20", "\"maxLength\": 0", "it is a whole number from 1 to 10000")]
    [TestCase("\"maxLength\": 20", "\"minimum\": 20", "is for an integer or a number")]
    [TestCase("\"writeOnly\": true", "\"writeOnly\": true, \"default\": \"1234\"", "would be a secret that everybody can read")]
    [TestCase("\"type\": \"integer\"", "\"type\": \"date\"", "It is one of: boolean, integer, number, string.")]
    [TestCase("\"days\":", "\"Days\":", "\"Days\" is no name for a setting.")]
    [TestCase("\"maximum\": 30", "\"multipleOf\": 30", "\"settings.properties.days.multipleOf\" is not known.")]
    [TestCase("\"type\": \"object\"", "\"type\": \"array\"", "settings are an \"object\"")]
    public void What_is_wrong_is_said_once(string what, string by, string reason) => Assert.That(Changed(what, by), Has.Count.EqualTo(1).And.One.Contains(reason));

    private static ManifestReading Read(string json) => ManifestReader.Parse(Encoding.UTF8.GetBytes(json));

    private static IReadOnlyList<string> Changed(string what, string by)
    {
        var at = Whole.IndexOf(what, StringComparison.Ordinal);
        Assert.That(at, Is.Positive);
        return Read(Whole.Remove(at, what.Length).Insert(at, by)).Reasons;
    }
}
