-- Every table of Muster as it stands when all migrations have run: those of the
-- machine, then those of the flows, whose tables begin with the flow's name.
-- It is here to be read; the migrations are what runs. Written from the catalog
-- of a migrated database by: go test ./flows -update

CREATE OR REPLACE FUNCTION public.changes_are_kept()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
	RAISE EXCEPTION 'the history of a record is never changed';
END $function$;

CREATE VIEW amendments AS
 SELECT s.id,
    s.activity_id,
    s.person_id,
    s.branch_id,
    s.at,
    s.cause,
    s.by_id,
    s.hat,
    s.for_id,
    s.stated,
    s.entered_late,
    s.note,
    s.old_method,
    s.old_at,
    s.old_late,
    s.old_doubt,
    s.old_by,
    s.old_note,
    s.new_method,
    s.new_at,
    s.new_late,
    s.new_doubt,
    k.at AS closed_at,
    x.by_id AS unlocked_by,
    COALESCE(x.reason, ''::text) AS unlock_reason
   FROM ( SELECT changes.id,
            changes.activity_id,
            changes.person_id,
            changes.branch_id,
            changes.at,
            changes.cause,
            changes.by_id,
            changes.hat,
            changes.for_id,
            changes.stated,
            changes.entered_late,
            changes.note,
            changes.old_method,
            changes.old_at,
            changes.old_late,
            changes.old_doubt,
            changes.old_by,
            changes.old_note,
            changes.new_method,
            changes.new_at,
            changes.new_late,
            changes.new_doubt
           FROM changes
        UNION ALL
         SELECT 0,
            m.activity_id,
            m.person_id,
            m.branch_id,
            m.at,
            'vouched'::text,
            m.by_id,
            ''::text,
            NULL::bigint,
            'present'::text,
            false,
            m.note,
            ''::text,
            NULL::timestamp with time zone,
            false,
            ''::text,
            NULL::bigint,
            ''::text,
            m.method,
            m.at,
            m.late,
            m.doubt
           FROM marks m
          WHERE m.by_id IS NOT NULL AND NOT (EXISTS ( SELECT
                   FROM changes c
                  WHERE c.activity_id = m.activity_id AND c.person_id = m.person_id AND c.new_at = m.at AND c.old_method = ''::text))) s
     JOIN activities a ON a.id = s.activity_id
     JOIN branches b ON b.id = s.branch_id
     LEFT JOIN LATERAL ( SELECT c.at
           FROM closings c
          WHERE c.unit_id = b.unit_id AND c.through >= a.ends::date AND c.at <= s.at
          ORDER BY c.id
         LIMIT 1) k ON true
     LEFT JOIN LATERAL ( SELECT u.by_id,
            u.reason
           FROM unlocks u
          WHERE k.at IS NOT NULL AND u.activity_id = s.activity_id AND u.branch_id = s.branch_id AND u.at <= s.at AND u.until > s.at
          ORDER BY u.id DESC
         LIMIT 1) x ON true;

CREATE VIEW checkin_scope AS
 SELECT a.id AS activity_id,
    p.id AS person_id,
    p.branch_id
   FROM activities a
     CROSS JOIN people p
  WHERE p.active AND a.part = 'all'::text
UNION ALL
 SELECT a.id AS activity_id,
    p.id AS person_id,
    p.branch_id
   FROM activities a
     JOIN units u ON u.batch = a.batch
     JOIN branches b ON b.unit_id = u.id
     JOIN people p ON p.branch_id = b.id
  WHERE p.active AND a.part = 'batch'::text
UNION ALL
 SELECT a.id AS activity_id,
    p.id AS person_id,
    p.branch_id
   FROM activities a
     JOIN branches b ON b.unit_id = a.unit_id
     JOIN people p ON p.branch_id = b.id
  WHERE p.active AND a.part = 'unit'::text
UNION ALL
 SELECT a.id AS activity_id,
    p.id AS person_id,
    p.branch_id
   FROM activities a
     JOIN people p ON p.branch_id = a.branch_id
  WHERE p.active AND a.part = 'branch'::text;

CREATE VIEW heard AS
 SELECT m.activity_id,
    m.branch_id
   FROM marks m
  WHERE m.method <> 'guest'::text
UNION ALL
 SELECT r.activity_id,
    r.branch_id
   FROM reported r;

CREATE VIEW helping AS
 SELECT h.helper_id,
    h.person_id
   FROM helpers h
     JOIN people w ON w.id = h.helper_id
     JOIN people p ON p.id = h.person_id
  WHERE h.agreed_at IS NOT NULL AND w.active AND p.active AND w.branch_id = p.branch_id;

CREATE VIEW makeup_absences AS
 SELECT e.activity_id,
    e.person_id,
    e.branch_id,
    a.closes
   FROM activities a
     JOIN expected e ON e.activity_id = a.id
     LEFT JOIN LATERAL ( SELECT true AS there
           FROM marks m
          WHERE m.activity_id = e.activity_id AND m.person_id = e.person_id
         LIMIT 1) own ON true
     LEFT JOIN LATERAL ( SELECT true AS there
           FROM heard h
          WHERE h.activity_id = e.activity_id AND h.branch_id = e.branch_id
         LIMIT 1) of ON true
  WHERE a.required AND NOT a.cancelled AND own.there IS NULL AND of.there;

CREATE TABLE accounts (
    id        bigint PRIMARY KEY,
    person_id bigint UNIQUE REFERENCES people,
    lang      text NOT NULL CHECK (lang IN ('zh', 'en')),
    plain     boolean NOT NULL DEFAULT false,
    name      text NOT NULL DEFAULT '',
    reach     text NOT NULL DEFAULT 'open' CHECK (reach IN ('open', 'blocked', 'deleted')),
    menu      text NOT NULL DEFAULT '',
    menu_at   timestamptz,
    seen_at   timestamptz NOT NULL
);
CREATE INDEX accounts_to_menu ON accounts (seen_at) WHERE (menu_at IS NULL OR menu_at < seen_at) AND person_id IS NOT NULL AND reach = 'open';

CREATE TABLE activities (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    no        text NOT NULL UNIQUE,
    title     text NOT NULL CHECK (title <> ''),
    kind      text NOT NULL CHECK (kind IN ('study', 'lecture', 'mobilisation', 'talk', 'life_meeting', 'appraisal', 'rectification', 'practice', 'other')),
    part      text NOT NULL CHECK (part IN ('all', 'batch', 'unit', 'branch')),
    batch     smallint NOT NULL DEFAULT 0,
    unit_id   bigint REFERENCES units,
    branch_id bigint REFERENCES branches,
    starts    timestamptz NOT NULL,
    ends      timestamptz NOT NULL,
    opens     timestamptz NOT NULL,
    late_from timestamptz NOT NULL,
    closes    timestamptz NOT NULL,
    place     text NOT NULL DEFAULT '',
    place_lat double precision,
    place_lon double precision,
    radius_m  integer NOT NULL DEFAULT 200 CHECK (radius_m > 0),
    required  boolean NOT NULL,
    method    text NOT NULL CHECK (method IN ('button', 'code', 'location')),
    cancelled boolean NOT NULL DEFAULT false,
    made_by   bigint REFERENCES people,
    sign_out  timestamptz,
    CHECK (ends > starts),
    CHECK ((part = 'branch') = (branch_id IS NOT NULL)),
    CHECK ((part IN ('unit', 'branch')) = (unit_id IS NOT NULL))
);
CREATE INDEX activities_by_close ON activities (closes);
CREATE INDEX activities_by_start ON activities (starts);
CREATE INDEX activities_with_sign_out ON activities (ends) WHERE sign_out IS NOT NULL;

CREATE TABLE activity_numbers (
    year smallint PRIMARY KEY,
    last integer NOT NULL CHECK (last >= 0)
);

CREATE TABLE audit (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL,
    cause     bigint NOT NULL,
    flow      text NOT NULL,
    effect    text NOT NULL,
    person_id bigint NOT NULL DEFAULT 0,
    about     text NOT NULL
);

CREATE TABLE bind_claims (
    id         bigint PRIMARY KEY,
    person_id  bigint NOT NULL REFERENCES people,
    account_id bigint NOT NULL REFERENCES accounts,
    proof      text NOT NULL CHECK (proof IN ('phone', 'invitation')),
    made_at    timestamptz NOT NULL,
    state      text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'moved', 'kept', 'void')),
    decided_at timestamptz,
    decided_by bigint REFERENCES people,
    CHECK ((state = 'waiting') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX bind_claims_one_a_person ON bind_claims (person_id) WHERE state = 'waiting';
CREATE UNIQUE INDEX bind_claims_one_an_account ON bind_claims (account_id) WHERE state = 'waiting';

CREATE TABLE bind_invitations (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id  bigint NOT NULL REFERENCES people,
    link_hash  text NOT NULL UNIQUE,
    code_hash  text NOT NULL UNIQUE,
    made_at    timestamptz NOT NULL,
    made_by    bigint REFERENCES people,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    used_by    bigint REFERENCES accounts,
    CHECK ((used_at IS NULL) = (used_by IS NULL))
);
CREATE INDEX bind_invitations_by_person ON bind_invitations (person_id);

CREATE TABLE bind_tries (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES accounts,
    at         timestamptz NOT NULL
);
CREATE INDEX bind_tries_by_account ON bind_tries (account_id, at);

CREATE TABLE branches (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    unit_id bigint NOT NULL REFERENCES units,
    name    text NOT NULL CHECK (name <> ''),
    UNIQUE (unit_id, name)
);

CREATE TABLE changes (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    activity_id  bigint NOT NULL REFERENCES activities,
    person_id    bigint NOT NULL REFERENCES people,
    branch_id    bigint NOT NULL REFERENCES branches,
    at           timestamptz NOT NULL,
    cause        text NOT NULL CHECK (cause IN ('roll', 'decided', 'corrected', 'objected', 'accepted', 'refused')),
    by_id        bigint NOT NULL REFERENCES people,
    hat          text NOT NULL DEFAULT '',
    for_id       bigint REFERENCES people,
    stated       text NOT NULL DEFAULT '' CHECK (stated IN ('', 'present', 'absent')),
    entered_late boolean NOT NULL DEFAULT false,
    note         text NOT NULL DEFAULT '',
    old_method   text NOT NULL DEFAULT '',
    old_at       timestamptz,
    old_late     boolean NOT NULL DEFAULT false,
    old_doubt    text NOT NULL DEFAULT '',
    old_by       bigint REFERENCES people,
    old_note     text NOT NULL DEFAULT '',
    old_left     timestamptz,
    new_method   text NOT NULL DEFAULT '',
    new_at       timestamptz,
    new_late     boolean NOT NULL DEFAULT false,
    new_doubt    text NOT NULL DEFAULT '',
    CHECK ((old_method = '') = (old_at IS NULL)),
    CHECK ((new_method = '') = (new_at IS NULL))
);
CREATE TRIGGER changes_are_kept BEFORE DELETE OR UPDATE ON changes FOR EACH ROW EXECUTE FUNCTION changes_are_kept();
CREATE TRIGGER changes_are_not_emptied BEFORE TRUNCATE ON changes FOR EACH STATEMENT EXECUTE FUNCTION changes_are_kept();
CREATE INDEX changes_by_person ON changes (person_id);
CREATE INDEX changes_by_record ON changes (activity_id, person_id, id);

CREATE TABLE chats (
    id        bigint PRIMARY KEY,
    title     text NOT NULL DEFAULT '',
    branch_id bigint UNIQUE REFERENCES branches,
    reach     text NOT NULL DEFAULT 'open' CHECK (reach IN ('open', 'kicked', 'muted', 'gone')),
    seen_at   timestamptz NOT NULL,
    topic     bigint NOT NULL DEFAULT 0,
    aside     boolean NOT NULL DEFAULT false,
    reach_at  timestamptz,
    ask_at    timestamptz
);
CREATE INDEX chats_to_ask ON chats (ask_at) WHERE ask_at IS NOT NULL;

CREATE TABLE checkin_windows (
    activity_id    bigint PRIMARY KEY REFERENCES activities,
    opened_at      timestamptz,
    closed_at      timestamptz,
    groups         integer NOT NULL DEFAULT 0,
    out_offered_at timestamptz,
    out_closed_at  timestamptz
);
CREATE INDEX checkin_windows_open ON checkin_windows (activity_id) WHERE closed_at IS NULL;

CREATE TABLE closings (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    unit_id bigint NOT NULL REFERENCES units,
    through date NOT NULL,
    at      timestamptz NOT NULL,
    by_id   bigint NOT NULL REFERENCES people,
    hat     text NOT NULL
);
CREATE TRIGGER closings_are_kept BEFORE DELETE OR UPDATE ON closings FOR EACH ROW EXECUTE FUNCTION changes_are_kept();
CREATE TRIGGER closings_are_not_emptied BEFORE TRUNCATE ON closings FOR EACH STATEMENT EXECUTE FUNCTION changes_are_kept();
CREATE INDEX closings_by_unit ON closings (unit_id, through);

CREATE TABLE code_links (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    activity_id bigint NOT NULL REFERENCES activities,
    token_hash  text NOT NULL UNIQUE,
    lang        text NOT NULL,
    made_by     bigint NOT NULL REFERENCES people,
    made_at     timestamptz NOT NULL,
    revoked_at  timestamptz
);
CREATE INDEX code_links_activity ON code_links (activity_id);

CREATE TABLE code_names (
    unit_id bigint PRIMARY KEY REFERENCES units
);

CREATE TABLE code_scans (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id  bigint NOT NULL REFERENCES accounts,
    activity_id bigint NOT NULL REFERENCES activities,
    at          timestamptz NOT NULL,
    UNIQUE (account_id, activity_id)
);

CREATE TABLE code_secrets (
    activity_id bigint PRIMARY KEY REFERENCES activities,
    secret      bytea NOT NULL CHECK (length(secret) = 32),
    warned_at   timestamptz
);

CREATE TABLE code_tries (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cause       bigint NOT NULL,
    person_id   bigint NOT NULL REFERENCES people,
    activity_id bigint NOT NULL REFERENCES activities,
    at          timestamptz NOT NULL
);
CREATE INDEX code_tries_activity ON code_tries (activity_id, at);
CREATE INDEX code_tries_person ON code_tries (person_id, at);

CREATE TABLE contents (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cause   bigint NOT NULL,
    name    text NOT NULL DEFAULT '',
    keyed   boolean NOT NULL,
    message text NOT NULL
);

CREATE TABLE dispute_objections (
    id          bigint PRIMARY KEY,
    activity_id bigint NOT NULL REFERENCES activities,
    person_id   bigint NOT NULL REFERENCES people,
    claim       text NOT NULL CHECK (claim IN ('present', 'late', 'absent')),
    why         text NOT NULL DEFAULT '',
    photo       text NOT NULL DEFAULT '',
    made_at     timestamptz NOT NULL,
    state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'refused')),
    decided_by  bigint REFERENCES people,
    decided_at  timestamptz,
    hat         text NOT NULL DEFAULT '',
    answer      text NOT NULL DEFAULT '',
    CHECK (why <> '' OR photo <> ''),
    CHECK ((state = 'open') = (decided_by IS NULL)),
    CHECK ((state = 'open') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX dispute_objections_open ON dispute_objections (activity_id, person_id) WHERE state = 'open';

CREATE TABLE expected (
    activity_id bigint NOT NULL,
    person_id   bigint NOT NULL,
    branch_id   bigint NOT NULL,
    PRIMARY KEY (activity_id, person_id)
);
CREATE INDEX expected_by_branch ON expected (activity_id, branch_id);
CREATE INDEX expected_by_person ON expected (person_id, activity_id);

CREATE TABLE files (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL,
    name       text NOT NULL,
    body       bytea NOT NULL,
    at         timestamptz NOT NULL
);

CREATE TABLE group_notices (
    branch_id bigint NOT NULL REFERENCES branches,
    person_id bigint NOT NULL REFERENCES people,
    trouble   text NOT NULL CHECK (trouble IN ('', 'kicked', 'muted', 'gone')),
    loud      boolean NOT NULL,
    loud_at   timestamptz NOT NULL,
    PRIMARY KEY (branch_id, person_id)
);

CREATE TABLE guests (
    activity_id bigint NOT NULL REFERENCES activities,
    person_id   bigint NOT NULL REFERENCES people,
    host_id     bigint NOT NULL REFERENCES branches,
    home_id     bigint NOT NULL REFERENCES branches,
    at          timestamptz NOT NULL,
    late        boolean NOT NULL,
    state       text NOT NULL CHECK (state IN ('asked', 'accepted', 'declined', 'withdrawn')),
    decided_by  bigint REFERENCES people,
    decided_at  timestamptz,
    counts_id   bigint REFERENCES activities,
    PRIMARY KEY (activity_id, person_id),
    CHECK (home_id <> host_id),
    CHECK ((state IN ('accepted', 'declined')) = (decided_by IS NOT NULL)),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK (counts_id IS NULL OR state = 'accepted')
);
CREATE INDEX guests_by_count ON guests (counts_id) WHERE counts_id IS NOT NULL;
CREATE INDEX guests_by_host ON guests (activity_id, host_id);
CREATE INDEX guests_by_person ON guests (person_id);
CREATE INDEX guests_to_count ON guests (home_id) WHERE state = 'accepted' AND counts_id IS NULL;

CREATE TABLE helpers (
    id        bigint PRIMARY KEY,
    person_id bigint NOT NULL UNIQUE REFERENCES people,
    helper_id bigint NOT NULL REFERENCES people,
    asked_by  bigint NOT NULL REFERENCES people,
    asked_at  timestamptz NOT NULL,
    agreed_at timestamptz,
    CHECK (person_id <> helper_id)
);
CREATE INDEX helpers_by_helper ON helpers (helper_id);

CREATE TABLE inbox (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key         text NOT NULL UNIQUE,
    received_at timestamptz NOT NULL,
    state       text NOT NULL DEFAULT 'done' CHECK (state IN ('done', 'waiting', 'parked')),
    lane        bigint NOT NULL DEFAULT 0,
    tries       smallint NOT NULL DEFAULT 0,
    raw         text,
    error       text
);
CREATE INDEX inbox_lanes ON inbox (lane, id) WHERE state = 'waiting';
CREATE INDEX inbox_parked ON inbox (id) WHERE state = 'parked';
CREATE INDEX inbox_waiting ON inbox (id) WHERE state = 'waiting';

CREATE TABLE leads (
    name  text PRIMARY KEY,
    epoch bigint NOT NULL
);

CREATE TABLE makeup_steps (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    activity_id bigint NOT NULL,
    person_id   bigint NOT NULL,
    at          timestamptz NOT NULL,
    by_id       bigint REFERENCES people,
    step        text NOT NULL CHECK (step IN ('owed', 'handed', 'returned', 'made', 'waived', 'void')),
    how         text NOT NULL DEFAULT '' CHECK (how IN ('', 'summary', 'photo', 'visit', 'other')),
    note        text NOT NULL DEFAULT '',
    body        text NOT NULL DEFAULT '',
    photos      text[] NOT NULL DEFAULT '{}'[],
    other_id    bigint REFERENCES activities,
    FOREIGN KEY (activity_id, person_id) REFERENCES makeups(activity_id, person_id)
);
CREATE INDEX makeup_steps_by_debt ON makeup_steps (activity_id, person_id, id);

CREATE TABLE makeup_terms (
    kind  text PRIMARY KEY CHECK (kind IN ('study', 'lecture', 'mobilisation', 'talk', 'life_meeting', 'appraisal', 'rectification', 'practice', 'other')),
    days  smallint NOT NULL CHECK (days >= 1 AND days <= 365),
    least smallint NOT NULL CHECK ("least" >= 0 AND "least" <= 2000)
);

CREATE TABLE makeups (
    activity_id bigint NOT NULL REFERENCES activities,
    person_id   bigint NOT NULL REFERENCES people,
    branch_id   bigint NOT NULL REFERENCES branches,
    since       timestamptz NOT NULL,
    due         date NOT NULL,
    state       text NOT NULL CHECK (state IN ('open', 'handed', 'made', 'waived', 'void')),
    how         text NOT NULL DEFAULT '' CHECK (how IN ('', 'summary', 'photo', 'visit', 'other')),
    decided_by  bigint REFERENCES people,
    decided_at  timestamptz,
    note        text NOT NULL DEFAULT '',
    told        smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (activity_id, person_id),
    CHECK ((state <> ALL (ARRAY['made', 'waived'])) OR decided_by IS NOT NULL AND decided_at IS NOT NULL)
);
CREATE INDEX makeups_by_branch ON makeups (branch_id, activity_id) WHERE state IN ('open', 'handed');
CREATE INDEX makeups_by_person ON makeups (person_id, activity_id);
CREATE INDEX makeups_to_tell ON makeups (told, due) WHERE state = 'open';

CREATE TABLE marks (
    activity_id bigint NOT NULL,
    person_id   bigint NOT NULL,
    branch_id   bigint NOT NULL,
    at          timestamptz NOT NULL,
    late        boolean NOT NULL,
    method      text NOT NULL CHECK (method IN ('button', 'message', 'code', 'location', 'marked', 'guest', 'helper')),
    by_id       bigint REFERENCES people,
    note        text NOT NULL DEFAULT '',
    doubt       text NOT NULL DEFAULT '' CHECK (doubt IN ('', 'code', 'outside', 'helper')),
    left_at     timestamptz,
    PRIMARY KEY (activity_id, person_id)
);
CREATE INDEX marks_by_another ON marks (activity_id, person_id) WHERE by_id IS NOT NULL;
CREATE INDEX marks_by_branch ON marks (activity_id, branch_id);
CREATE INDEX marks_by_person ON marks (person_id, activity_id);

CREATE TABLE milestones (
    at         timestamptz PRIMARY KEY,
    post_id    bigint NOT NULL,
    content_id bigint NOT NULL,
    passed     boolean NOT NULL DEFAULT false
);

CREATE TABLE missing_reminders (
    activity_id bigint NOT NULL REFERENCES activities,
    branch_id   bigint NOT NULL REFERENCES branches,
    at          timestamptz NOT NULL,
    PRIMARY KEY (activity_id, branch_id)
);

CREATE TABLE missing_units (
    unit_id bigint PRIMARY KEY REFERENCES units,
    named   boolean NOT NULL,
    by_id   bigint NOT NULL REFERENCES people,
    at      timestamptz NOT NULL
);

CREATE TABLE origin (
    once        boolean DEFAULT true PRIMARY KEY CHECK (once),
    mark        text NOT NULL,
    strange_at  timestamptz,
    informed_at timestamptz
);

CREATE TABLE people (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member_no text NOT NULL UNIQUE CHECK (member_no <> ''),
    name      text NOT NULL CHECK (name <> ''),
    phone     text NOT NULL DEFAULT '',
    branch_id bigint NOT NULL REFERENCES branches,
    position  text NOT NULL DEFAULT 'member' CHECK ("position" IN ('principal', 'cadre', 'member')),
    active    boolean NOT NULL DEFAULT true
);
CREATE INDEX people_by_branch ON people (branch_id);
CREATE INDEX people_by_phone ON people (phone) WHERE phone <> '';

CREATE TABLE place_shares (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    activity_id bigint NOT NULL REFERENCES activities,
    person_id   bigint NOT NULL REFERENCES people,
    lat         double precision NOT NULL,
    lon         double precision NOT NULL,
    accuracy_m  double precision NOT NULL,
    at          timestamptz NOT NULL
);

CREATE TABLE posts (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chat_id    bigint NOT NULL,
    name       text NOT NULL DEFAULT '',
    content_id bigint NOT NULL REFERENCES contents,
    bare       boolean NOT NULL DEFAULT false,
    message_id bigint,
    lane       smallint NOT NULL,
    state      text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sending', 'sent', 'refused', 'unsure', 'left')),
    due        timestamptz NOT NULL,
    tries      smallint NOT NULL DEFAULT 0,
    cause      text NOT NULL DEFAULT '',
    changed_at timestamptz NOT NULL,
    topic      bigint NOT NULL DEFAULT 0,
    for_chat   bigint
);
CREATE INDEX posts_by_content ON posts (content_id, chat_id);
CREATE UNIQUE INDEX posts_by_name ON posts (chat_id, name) WHERE name <> '';
CREATE INDEX posts_for_groups ON posts (for_chat) WHERE for_chat IS NOT NULL;
CREATE INDEX posts_of_groups ON posts (chat_id) WHERE chat_id < 0;
CREATE INDEX posts_queued ON posts (lane, due, id) WHERE state = 'queued';
CREATE INDEX posts_sending ON posts (id) WHERE state = 'sending';
CREATE INDEX posts_unsure ON posts (id) WHERE state = 'unsure';

CREATE TABLE redraws (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chat_id    bigint NOT NULL,
    name       text NOT NULL CHECK (name <> ''),
    content_id bigint NOT NULL
);

CREATE TABLE reported (
    activity_id bigint NOT NULL REFERENCES activities,
    branch_id   bigint NOT NULL REFERENCES branches,
    at          timestamptz NOT NULL,
    by_id       bigint NOT NULL REFERENCES people,
    PRIMARY KEY (activity_id, branch_id)
);

CREATE TABLE roles (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL REFERENCES people,
    role      text NOT NULL CHECK (role IN ('secretary', 'first', 'direct', 'desk', 'office', 'leading', 'supervisor', 'contact')),
    unit_id   bigint REFERENCES units,
    branch_id bigint REFERENCES branches,
    CHECK ((role = 'secretary') = (branch_id IS NOT NULL)),
    CHECK ((role IN ('first', 'direct', 'desk', 'supervisor', 'contact')) = (unit_id IS NOT NULL))
);
CREATE INDEX roles_by_branch ON roles (branch_id) WHERE branch_id IS NOT NULL;
CREATE INDEX roles_by_unit ON roles (unit_id, role) WHERE unit_id IS NOT NULL;
CREATE UNIQUE INDEX roles_once ON roles (person_id, role, COALESCE(unit_id, 0), COALESCE(branch_id, 0));

CREATE TABLE roll_lines (
    roll_id   bigint NOT NULL REFERENCES roll_rolls,
    person_id bigint NOT NULL REFERENCES people,
    present   boolean NOT NULL,
    PRIMARY KEY (roll_id, person_id)
);

CREATE TABLE roll_rolls (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    activity_id  bigint NOT NULL REFERENCES activities,
    branch_id    bigint NOT NULL REFERENCES branches,
    taken_by     bigint NOT NULL REFERENCES people,
    at           timestamptz NOT NULL,
    hat          text NOT NULL,
    entered_late boolean NOT NULL
);
CREATE INDEX roll_rolls_by_branch ON roll_rolls (activity_id, branch_id, id);

CREATE TABLE sessions (
    account_id bigint NOT NULL REFERENCES accounts,
    depth      smallint NOT NULL,
    flow       text NOT NULL,
    at         text NOT NULL,
    back       text NOT NULL DEFAULT '',
    view       text NOT NULL DEFAULT '',
    draft      text NOT NULL,
    touched_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, depth)
);
CREATE INDEX sessions_by_age ON sessions (touched_at);

CREATE TABLE ticks (
    rule text PRIMARY KEY,
    at   timestamptz NOT NULL
);

CREATE TABLE timers (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    due     timestamptz NOT NULL,
    flow    text NOT NULL,
    handler text NOT NULL,
    about   text NOT NULL,
    once    text UNIQUE
);
CREATE INDEX timers_by_due ON timers (due);

CREATE TABLE units (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name  text NOT NULL UNIQUE CHECK (name <> ''),
    batch smallint NOT NULL CHECK (batch >= 0 AND batch <= 2)
);

CREATE TABLE unlocks (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    activity_id bigint NOT NULL REFERENCES activities,
    branch_id   bigint NOT NULL REFERENCES branches,
    at          timestamptz NOT NULL,
    until       timestamptz NOT NULL,
    by_id       bigint NOT NULL REFERENCES people,
    hat         text NOT NULL,
    for_id      bigint REFERENCES people,
    reason      text NOT NULL CHECK (reason <> ''),
    CHECK (until > at)
);
CREATE TRIGGER unlocks_are_kept BEFORE DELETE OR UPDATE ON unlocks FOR EACH ROW EXECUTE FUNCTION changes_are_kept();
CREATE TRIGGER unlocks_are_not_emptied BEFORE TRUNCATE ON unlocks FOR EACH STATEMENT EXECUTE FUNCTION changes_are_kept();
CREATE INDEX unlocks_by_branch ON unlocks (activity_id, branch_id, until);
