-- What goes out to patients. A message is written before it is sent, and stays.
CREATE TABLE core__messages (
    id             INTEGER PRIMARY KEY,
    patient_id     INTEGER NOT NULL REFERENCES patients (id),
    appointment_id INTEGER REFERENCES appointments (id),
    plugin         TEXT NOT NULL,
    purpose        TEXT NOT NULL CHECK (purpose IN ('AppointmentReminder', 'FollowUp', 'Necessary')),
    channel        TEXT NOT NULL CHECK (channel IN ('Email', 'Sms')),
    recipient      TEXT NOT NULL CHECK (length(recipient) BETWEEN 1 AND 320),
    subject        TEXT NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
    body           TEXT NOT NULL CHECK (length(body) BETWEEN 1 AND 10000),
    status         TEXT NOT NULL CHECK (status IN ('Waiting', 'Sent', 'Failed', 'HeldBack')),
    -- Names it for whoever takes it: the same when it is sent again.
    name           TEXT NOT NULL UNIQUE,
    due_at         TEXT NOT NULL,
    written_by     TEXT NOT NULL,
    written_at     TEXT NOT NULL,
    sent_at        TEXT,
    error          TEXT,
    CHECK ((status = 'Sent') = (sent_at IS NOT NULL))
) STRICT;
CREATE INDEX core__messages_by_patient ON core__messages (patient_id, id DESC);
CREATE INDEX core__messages_by_status ON core__messages (status, id DESC);
CREATE INDEX core__messages_by_appointment ON core__messages (appointment_id) WHERE appointment_id IS NOT NULL;

-- Which messages a patient doesn't want.
CREATE TABLE core__message_opt_outs (
    id         INTEGER PRIMARY KEY,
    patient_id INTEGER NOT NULL REFERENCES patients (id),
    purpose    TEXT NOT NULL CHECK (purpose IN ('AppointmentReminder', 'FollowUp')),
    said_at    TEXT NOT NULL,
    noted_by   TEXT NOT NULL,
    UNIQUE (patient_id, purpose)
) STRICT;

-- What messages of the clinic's own say. {{name}} and the like are filled in.
CREATE TABLE core__message_templates (
    id          INTEGER PRIMARY KEY,
    purpose     TEXT NOT NULL CHECK (purpose IN ('AppointmentReminder', 'FollowUp')),
    channel     TEXT NOT NULL CHECK (channel IN ('Email', 'Sms')),
    language    TEXT NOT NULL CHECK (length(language) BETWEEN 2 AND 8),
    subject     TEXT CHECK (length(subject) BETWEEN 1 AND 200),
    body        TEXT NOT NULL CHECK (length(body) BETWEEN 1 AND 10000),
    row_version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (purpose, channel, language),
    CHECK ((channel = 'Email') = (subject IS NOT NULL))
) STRICT;
INSERT INTO core__message_templates (purpose, channel, language, subject, body) VALUES
    ('AppointmentReminder', 'Email', 'en', 'Your appointment on {{date}}', 'Dear {{name}},

this is to remind you of your appointment on {{date}} at {{time}} at {{clinic}}, {{place}}.

If you can''t come, please tell us as soon as you know.

{{clinic}}'),
    ('AppointmentReminder', 'Sms', 'en', NULL, 'Reminder: your appointment at {{clinic}} is on {{date}} at {{time}}. Please call us if you can''t come.'),
    ('AppointmentReminder', 'Email', 'de', 'Ihr Termin am {{date}}', 'Guten Tag {{name}},

wir erinnern Sie an Ihren Termin am {{date}} um {{time}} bei {{clinic}}, {{place}}.

Wenn Sie verhindert sind, sagen Sie uns bitte so früh wie möglich Bescheid.

{{clinic}}'),
    ('AppointmentReminder', 'Sms', 'de', NULL, 'Erinnerung: Ihr Termin bei {{clinic}} ist am {{date}} um {{time}}. Bitte rufen Sie an, wenn Sie verhindert sind.'),
    ('FollowUp', 'Email', 'en', 'How are you?', 'Dear {{name}},

some time has passed since your last visit at {{clinic}}. If you would like us to have a look, please make an appointment.

{{clinic}}'),
    ('FollowUp', 'Sms', 'en', NULL, 'Some time has passed since your last visit at {{clinic}}. Please call us if you would like us to have a look.'),
    ('FollowUp', 'Email', 'de', 'Wie geht es Ihnen?', 'Guten Tag {{name}},

seit Ihrem letzten Besuch bei {{clinic}} ist einige Zeit vergangen. Wenn wir nachsehen sollen, vereinbaren Sie bitte einen Termin.

{{clinic}}'),
    ('FollowUp', 'Sms', 'de', NULL, 'Seit Ihrem letzten Besuch bei {{clinic}} ist einige Zeit vergangen. Rufen Sie uns an, wenn wir nachsehen sollen.');
