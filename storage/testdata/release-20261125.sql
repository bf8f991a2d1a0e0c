-- A database of the release of 25 November 2026, with a little in every table:
-- what pg_dump --inserts wrote of it. A test brings it up to date while the
-- statements of that release go on: see release-20261125-statements.sql.

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.accounts (
    id bigint NOT NULL,
    person_id bigint,
    lang text NOT NULL,
    plain boolean DEFAULT false NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    reach text DEFAULT 'open'::text NOT NULL,
    menu text DEFAULT ''::text NOT NULL,
    menu_at timestamp with time zone,
    seen_at timestamp with time zone NOT NULL,
    CONSTRAINT accounts_lang_check CHECK ((lang = ANY (ARRAY['zh'::text, 'en'::text]))),
    CONSTRAINT accounts_reach_check CHECK ((reach = ANY (ARRAY['open'::text, 'blocked'::text, 'deleted'::text])))
);

CREATE TABLE public.activities (
    id bigint NOT NULL,
    no text NOT NULL,
    title text NOT NULL,
    kind text NOT NULL,
    part text NOT NULL,
    batch smallint DEFAULT 0 NOT NULL,
    unit_id bigint,
    branch_id bigint,
    starts timestamp with time zone NOT NULL,
    ends timestamp with time zone NOT NULL,
    opens timestamp with time zone NOT NULL,
    late_from timestamp with time zone NOT NULL,
    closes timestamp with time zone NOT NULL,
    place text DEFAULT ''::text NOT NULL,
    place_lat double precision,
    place_lon double precision,
    radius_m integer DEFAULT 200 NOT NULL,
    required boolean NOT NULL,
    method text NOT NULL,
    cancelled boolean DEFAULT false NOT NULL,
    made_by bigint,
    CONSTRAINT activities_check CHECK ((ends > starts)),
    CONSTRAINT activities_check1 CHECK (((part = 'branch'::text) = (branch_id IS NOT NULL))),
    CONSTRAINT activities_check2 CHECK (((part = ANY (ARRAY['unit'::text, 'branch'::text])) = (unit_id IS NOT NULL))),
    CONSTRAINT activities_kind_check CHECK ((kind = ANY (ARRAY['study'::text, 'lecture'::text, 'mobilisation'::text, 'talk'::text, 'life_meeting'::text, 'appraisal'::text, 'rectification'::text, 'practice'::text, 'other'::text]))),
    CONSTRAINT activities_method_check CHECK ((method = ANY (ARRAY['button'::text, 'code'::text, 'location'::text]))),
    CONSTRAINT activities_part_check CHECK ((part = ANY (ARRAY['all'::text, 'batch'::text, 'unit'::text, 'branch'::text]))),
    CONSTRAINT activities_radius_m_check CHECK ((radius_m > 0)),
    CONSTRAINT activities_title_check CHECK ((title <> ''::text))
);

ALTER TABLE public.activities ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.activities_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.activity_numbers (
    year smallint NOT NULL,
    last integer NOT NULL,
    CONSTRAINT activity_numbers_last_check CHECK ((last >= 0))
);

CREATE TABLE public.audit (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    cause bigint NOT NULL,
    flow text NOT NULL,
    effect text NOT NULL,
    person_id bigint DEFAULT 0 NOT NULL,
    about text NOT NULL
);

ALTER TABLE public.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.bind_claims (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    account_id bigint NOT NULL,
    proof text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    decided_at timestamp with time zone,
    decided_by bigint,
    CONSTRAINT bind_claims_check CHECK (((state = 'waiting'::text) = (decided_at IS NULL))),
    CONSTRAINT bind_claims_proof_check CHECK ((proof = ANY (ARRAY['phone'::text, 'invitation'::text]))),
    CONSTRAINT bind_claims_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'moved'::text, 'kept'::text, 'void'::text])))
);

CREATE TABLE public.bind_invitations (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    link_hash text NOT NULL,
    code_hash text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by bigint,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    used_by bigint,
    CONSTRAINT bind_invitations_check CHECK (((used_at IS NULL) = (used_by IS NULL)))
);

ALTER TABLE public.bind_invitations ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.bind_invitations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.bind_tries (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    at timestamp with time zone NOT NULL
);

ALTER TABLE public.bind_tries ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.bind_tries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.branches (
    id bigint NOT NULL,
    unit_id bigint NOT NULL,
    name text NOT NULL,
    CONSTRAINT branches_name_check CHECK ((name <> ''::text))
);

ALTER TABLE public.branches ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.branches_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.chats (
    id bigint NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    branch_id bigint,
    reach text DEFAULT 'open'::text NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    CONSTRAINT chats_reach_check CHECK ((reach = ANY (ARRAY['open'::text, 'kicked'::text, 'muted'::text, 'gone'::text])))
);

CREATE TABLE public.people (
    id bigint NOT NULL,
    member_no text NOT NULL,
    name text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    branch_id bigint NOT NULL,
    "position" text DEFAULT 'member'::text NOT NULL,
    active boolean DEFAULT true NOT NULL,
    CONSTRAINT people_member_no_check CHECK ((member_no <> ''::text)),
    CONSTRAINT people_name_check CHECK ((name <> ''::text)),
    CONSTRAINT people_position_check CHECK (("position" = ANY (ARRAY['principal'::text, 'cadre'::text, 'member'::text])))
);

CREATE TABLE public.units (
    id bigint NOT NULL,
    name text NOT NULL,
    batch smallint NOT NULL,
    CONSTRAINT units_batch_check CHECK (((batch >= 0) AND (batch <= 2))),
    CONSTRAINT units_name_check CHECK ((name <> ''::text))
);

CREATE VIEW public.checkin_scope AS
 SELECT a.id AS activity_id,
    p.id AS person_id,
    p.branch_id
   FROM (((public.activities a
     CROSS JOIN public.people p)
     JOIN public.branches b ON ((b.id = p.branch_id)))
     JOIN public.units u ON ((u.id = b.unit_id)))
  WHERE (p.active AND
        CASE a.part
            WHEN 'all'::text THEN true
            WHEN 'batch'::text THEN (u.batch = a.batch)
            WHEN 'unit'::text THEN (b.unit_id = a.unit_id)
            ELSE (p.branch_id = a.branch_id)
        END);

CREATE TABLE public.checkin_windows (
    activity_id bigint NOT NULL,
    opened_at timestamp with time zone,
    closed_at timestamp with time zone,
    groups integer DEFAULT 0 NOT NULL
);

CREATE TABLE public.contents (
    id bigint NOT NULL,
    cause bigint NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    keyed boolean NOT NULL,
    message text NOT NULL
);

ALTER TABLE public.contents ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.contents_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.expected (
    activity_id bigint NOT NULL,
    person_id bigint NOT NULL,
    branch_id bigint NOT NULL
);

CREATE TABLE public.files (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    name text NOT NULL,
    body bytea NOT NULL,
    at timestamp with time zone NOT NULL
);

ALTER TABLE public.files ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.files_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.inbox (
    id bigint NOT NULL,
    key text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    state text DEFAULT 'done'::text NOT NULL,
    lane bigint DEFAULT 0 NOT NULL,
    tries smallint DEFAULT 0 NOT NULL,
    raw text,
    error text,
    CONSTRAINT inbox_state_check CHECK ((state = ANY (ARRAY['done'::text, 'waiting'::text, 'parked'::text])))
);

ALTER TABLE public.inbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.inbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.marks (
    activity_id bigint NOT NULL,
    person_id bigint NOT NULL,
    branch_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    late boolean NOT NULL,
    method text NOT NULL,
    by_id bigint,
    note text DEFAULT ''::text NOT NULL,
    CONSTRAINT marks_method_check CHECK ((method = ANY (ARRAY['button'::text, 'message'::text, 'code'::text, 'location'::text, 'marked'::text])))
);

ALTER TABLE public.people ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.people_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.posts (
    id bigint NOT NULL,
    chat_id bigint NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    content_id bigint NOT NULL,
    bare boolean DEFAULT false NOT NULL,
    message_id bigint,
    lane smallint NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    due timestamp with time zone NOT NULL,
    tries smallint DEFAULT 0 NOT NULL,
    cause text DEFAULT ''::text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT posts_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'sending'::text, 'sent'::text, 'refused'::text, 'unsure'::text])))
);

ALTER TABLE public.posts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.posts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.roles (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    role text NOT NULL,
    unit_id bigint,
    branch_id bigint,
    CONSTRAINT roles_check CHECK (((role = 'secretary'::text) = (branch_id IS NOT NULL))),
    CONSTRAINT roles_check1 CHECK (((role = ANY (ARRAY['first'::text, 'direct'::text, 'desk'::text, 'supervisor'::text, 'contact'::text])) = (unit_id IS NOT NULL))),
    CONSTRAINT roles_role_check CHECK ((role = ANY (ARRAY['secretary'::text, 'first'::text, 'direct'::text, 'desk'::text, 'office'::text, 'leading'::text, 'supervisor'::text, 'contact'::text])))
);

ALTER TABLE public.roles ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.roles_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.schema_activity (
    id integer NOT NULL,
    version_id bigint NOT NULL,
    is_applied boolean NOT NULL,
    tstamp timestamp without time zone DEFAULT '2026-11-20 00:00:00'::timestamp NOT NULL
);

ALTER TABLE public.schema_activity ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.schema_activity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.schema_bind (
    id integer NOT NULL,
    version_id bigint NOT NULL,
    is_applied boolean NOT NULL,
    tstamp timestamp without time zone DEFAULT '2026-11-20 00:00:00'::timestamp NOT NULL
);

ALTER TABLE public.schema_bind ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.schema_bind_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.schema_checkin (
    id integer NOT NULL,
    version_id bigint NOT NULL,
    is_applied boolean NOT NULL,
    tstamp timestamp without time zone DEFAULT '2026-11-20 00:00:00'::timestamp NOT NULL
);

ALTER TABLE public.schema_checkin ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.schema_checkin_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.schema_machine (
    id integer NOT NULL,
    version_id bigint NOT NULL,
    is_applied boolean NOT NULL,
    tstamp timestamp without time zone DEFAULT '2026-11-20 00:00:00'::timestamp NOT NULL
);

ALTER TABLE public.schema_machine ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.schema_machine_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.sessions (
    account_id bigint NOT NULL,
    depth smallint NOT NULL,
    flow text NOT NULL,
    at text NOT NULL,
    back text DEFAULT ''::text NOT NULL,
    view text DEFAULT ''::text NOT NULL,
    draft text NOT NULL,
    touched_at timestamp with time zone NOT NULL
);

CREATE TABLE public.ticks (
    rule text NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.timers (
    id bigint NOT NULL,
    due timestamp with time zone NOT NULL,
    flow text NOT NULL,
    handler text NOT NULL,
    about text NOT NULL,
    once text
);

ALTER TABLE public.timers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.timers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.units ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.units_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

INSERT INTO public.accounts VALUES
	(1001, 1, 'zh', false, 'x1', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1002, 2, 'zh', false, 'x2', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1003, 3, 'zh', false, 'x3', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1004, 4, 'zh', false, 'x4', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1005, 5, 'zh', false, 'x5', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1006, 6, 'zh', false, 'x6', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1007, 7, 'zh', false, 'x7', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1008, 8, 'zh', false, 'x8', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1009, 9, 'zh', false, 'x9', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1010, 10, 'zh', false, 'x10', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1011, 11, 'zh', false, 'x11', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1012, 12, 'zh', false, 'x12', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1013, 13, 'zh', false, 'x13', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1014, 14, 'zh', false, 'x14', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1015, 15, 'zh', false, 'x15', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1016, 16, 'zh', false, 'x16', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1017, 17, 'zh', false, 'x17', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1018, 18, 'zh', false, 'x18', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1019, 19, 'zh', false, 'x19', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1020, 20, 'zh', false, 'x20', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1021, 21, 'zh', false, 'x21', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1022, 22, 'zh', false, 'x22', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1023, 23, 'zh', false, 'x23', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1024, 24, 'zh', false, 'x24', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1025, 25, 'zh', false, 'x25', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1026, 26, 'zh', false, 'x26', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1027, 27, 'zh', false, 'x27', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1028, 28, 'zh', false, 'x28', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1029, 29, 'zh', false, 'x29', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(1030, 30, 'zh', false, 'x30', 'open', 'm', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00'),
	(901, NULL, 'en', false, '', 'open', '', NULL, '2026-11-20 01:00:00+00');

INSERT INTO public.activities OVERRIDING SYSTEM VALUE VALUES
	(1, 'A-2026-0001', '专题党课', 'lecture', 'all', 0, NULL, NULL, '2026-11-19 06:00:00+00', '2026-11-19 08:00:00+00', '2026-11-19 05:30:00+00', '2026-11-19 06:10:00+00', '2026-11-19 08:00:00+00', '礼堂', NULL, NULL, 200, true, 'button', false, 12),
	(2, 'A-2026-0002', '集中学习', 'study', 'unit', 0, 1, NULL, '2026-11-20 00:00:00+00', '2026-11-20 12:00:00+00', '2026-11-19 23:30:00+00', '2026-11-20 00:10:00+00', '2026-11-20 12:00:00+00', '', NULL, NULL, 200, true, 'button', false, 4);

INSERT INTO public.activity_numbers VALUES
	(2026, 2);

INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES
	(1, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 1, '{"Activity":1}'),
	(2, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 2, '{"Activity":1}'),
	(3, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 4, '{"Activity":1}'),
	(4, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 5, '{"Activity":1}'),
	(5, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 7, '{"Activity":1}'),
	(6, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 8, '{"Activity":1}'),
	(7, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 10, '{"Activity":1}'),
	(8, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 11, '{"Activity":1}'),
	(9, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 13, '{"Activity":1}'),
	(10, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 14, '{"Activity":1}'),
	(11, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 16, '{"Activity":1}'),
	(12, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 17, '{"Activity":1}'),
	(13, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 19, '{"Activity":1}'),
	(14, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 20, '{"Activity":1}'),
	(15, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 22, '{"Activity":1}'),
	(16, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 23, '{"Activity":1}'),
	(17, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 25, '{"Activity":1}'),
	(18, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 26, '{"Activity":1}'),
	(19, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 28, '{"Activity":1}'),
	(20, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 29, '{"Activity":1}'),
	(21, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 31, '{"Activity":1}'),
	(22, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 32, '{"Activity":1}'),
	(23, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 34, '{"Activity":1}'),
	(24, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 35, '{"Activity":1}'),
	(25, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 37, '{"Activity":1}'),
	(26, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 38, '{"Activity":1}'),
	(27, '2026-11-19 05:58:00+00', 1, 'checkin', 'arrived', 40, '{"Activity":1}');

INSERT INTO public.bind_claims VALUES
	(7, 2, 901, 'phone', '2026-11-20 00:55:00+00', 'waiting', NULL, NULL);

INSERT INTO public.bind_invitations OVERRIDING SYSTEM VALUE VALUES
	(1, 31, 'l1', 'c1', '2026-11-20 00:00:00+00', 4, '2026-11-23 00:00:00+00', NULL, NULL),
	(2, 1, 'l2', 'c2', '2026-11-10 00:00:00+00', NULL, '2026-11-13 00:00:00+00', '2026-11-10 01:00:00+00', 1001);

INSERT INTO public.bind_tries OVERRIDING SYSTEM VALUE VALUES
	(1, 901, '2026-11-20 00:50:00+00');

INSERT INTO public.branches OVERRIDING SYSTEM VALUE VALUES
	(1, 1, '机关第一支部'),
	(2, 1, '机关第二支部'),
	(3, 2, '综合科支部'),
	(4, 3, '馆务支部');

INSERT INTO public.chats VALUES
	(-2001, 'g1', 1, 'open', '2026-11-20 01:00:00+00'),
	(-2002, 'g2', 2, 'open', '2026-11-20 01:00:00+00'),
	(-2003, 'g3', 3, 'open', '2026-11-20 01:00:00+00'),
	(-2004, 'g4', 4, 'open', '2026-11-20 01:00:00+00');

INSERT INTO public.checkin_windows VALUES
	(1, '2026-11-19 05:30:00+00', '2026-11-19 08:00:00+00', 4),
	(2, '2026-11-19 23:30:00+00', NULL, 2);

INSERT INTO public.contents OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 'checkin/1', true, '{"Lines":[{"Say":"%s","Args":[{"String":"卡片"}]}]}'),
	(2, 2, 'checkin/2', true, '{"Lines":[{"Say":"%s","Args":[{"String":"卡片"}]}]}'),
	(3, 3, '', false, '{"Lines":[{"Say":"%s","Args":[{"String":"卡片"}]}]}'),
	(4, 4, '', false, '{"Lines":[{"Say":"%s","Args":[{"String":"卡片"}]}]}'),
	(5, 5, '', false, '{"Lines":[{"Say":"%s","Args":[{"String":"卡片"}]}]}');

INSERT INTO public.expected VALUES
	(1, 1, 2),
	(1, 2, 3),
	(1, 3, 4),
	(1, 4, 1),
	(1, 5, 2),
	(1, 6, 3),
	(1, 7, 4),
	(1, 8, 1),
	(1, 9, 2),
	(1, 10, 3),
	(1, 11, 4),
	(1, 12, 1),
	(1, 13, 2),
	(1, 14, 3),
	(1, 15, 4),
	(1, 16, 1),
	(1, 17, 2),
	(1, 18, 3),
	(1, 19, 4),
	(1, 20, 1),
	(1, 21, 2),
	(1, 22, 3),
	(1, 23, 4),
	(1, 24, 1),
	(1, 25, 2),
	(1, 26, 3),
	(1, 27, 4),
	(1, 28, 1),
	(1, 29, 2),
	(1, 30, 3),
	(1, 31, 4),
	(1, 32, 1),
	(1, 33, 2),
	(1, 34, 3),
	(1, 35, 4),
	(1, 36, 1),
	(1, 37, 2),
	(1, 38, 3),
	(1, 39, 4),
	(1, 40, 1),
	(2, 1, 2),
	(2, 4, 1),
	(2, 5, 2),
	(2, 8, 1),
	(2, 9, 2),
	(2, 12, 1),
	(2, 13, 2),
	(2, 16, 1),
	(2, 17, 2),
	(2, 20, 1),
	(2, 21, 2),
	(2, 24, 1),
	(2, 25, 2),
	(2, 28, 1),
	(2, 29, 2),
	(2, 32, 1),
	(2, 33, 2),
	(2, 36, 1),
	(2, 37, 2),
	(2, 40, 1);

INSERT INTO public.files OVERRIDING SYSTEM VALUE VALUES
	(1, 1012, '名册.csv', '\x78', '2026-11-20 00:30:00+00');

INSERT INTO public.inbox OVERRIDING SYSTEM VALUE VALUES
	(1, 'tg:1', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(2, 'tg:2', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(3, 'tg:3', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(4, 'tg:4', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(5, 'tg:5', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(6, 'tg:6', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(7, 'tg:7', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(8, 'tg:8', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(9, 'tg:9', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(10, 'tg:10', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(11, 'tg:11', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(12, 'tg:12', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(13, 'tg:13', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(14, 'tg:14', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(15, 'tg:15', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(16, 'tg:16', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(17, 'tg:17', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(18, 'tg:18', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(19, 'tg:19', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(20, 'tg:20', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(21, 'tg:21', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(22, 'tg:22', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(23, 'tg:23', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(24, 'tg:24', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(25, 'tg:25', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(26, 'tg:26', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(27, 'tg:27', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(28, 'tg:28', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(29, 'tg:29', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(30, 'tg:30', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(31, 'tg:31', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(32, 'tg:32', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(33, 'tg:33', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(34, 'tg:34', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(35, 'tg:35', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(36, 'tg:36', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(37, 'tg:37', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(38, 'tg:38', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(39, 'tg:39', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(40, 'tg:40', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(41, 'tg:41', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(42, 'tg:42', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(43, 'tg:43', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(44, 'tg:44', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(45, 'tg:45', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(46, 'tg:46', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(47, 'tg:47', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(48, 'tg:48', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(49, 'tg:49', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(50, 'tg:50', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(51, 'tg:51', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(52, 'tg:52', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(53, 'tg:53', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(54, 'tg:54', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(55, 'tg:55', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(56, 'tg:56', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(57, 'tg:57', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(58, 'tg:58', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(59, 'tg:59', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(60, 'tg:60', '2026-11-19 06:00:00+00', 'done', 0, 0, NULL, NULL),
	(61, 'tg:61', '2026-11-19 07:00:00+00', 'parked', 1001, 0, '{"update_id":61}', 'it is not of a kind that we know'),
	(62, 'tg:62', '2026-11-19 07:00:00+00', 'waiting', 1002, 0, '{"update_id":62}', NULL);

INSERT INTO public.marks VALUES
	(1, 1, 2, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 2, 3, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 4, 1, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 5, 2, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 7, 4, '2026-11-19 05:58:00+00', true, 'button', NULL, ''),
	(1, 8, 1, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 10, 3, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 11, 4, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 13, 2, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 14, 3, '2026-11-19 05:58:00+00', true, 'button', NULL, ''),
	(1, 16, 1, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 17, 2, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 19, 4, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 20, 1, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 22, 3, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 23, 4, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 25, 2, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 26, 3, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 28, 1, '2026-11-19 05:58:00+00', true, 'button', NULL, ''),
	(1, 29, 2, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 31, 4, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 32, 1, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 34, 3, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 35, 4, '2026-11-19 05:58:00+00', true, 'button', NULL, ''),
	(1, 37, 2, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 38, 3, '2026-11-19 05:58:00+00', false, 'button', NULL, ''),
	(1, 40, 1, '2026-11-19 05:58:00+00', false, 'button', NULL, '');

INSERT INTO public.people OVERRIDING SYSTEM VALUE VALUES
	(1, 'D00001', '党员1', '+8615400000001', 2, 'cadre', true),
	(2, 'D00002', '党员2', '+8615400000002', 3, 'principal', true),
	(3, 'D00003', '党员3', '+8615400000003', 4, 'member', true),
	(4, 'D00004', '党员4', '+8615400000004', 1, 'cadre', true),
	(5, 'D00005', '党员5', '+8615400000005', 2, 'principal', true),
	(6, 'D00006', '党员6', '+8615400000006', 3, 'member', true),
	(7, 'D00007', '党员7', '+8615400000007', 4, 'cadre', true),
	(8, 'D00008', '党员8', '+8615400000008', 1, 'principal', true),
	(9, 'D00009', '党员9', '+8615400000009', 2, 'member', true),
	(10, 'D00010', '党员10', '+8615400000010', 3, 'cadre', true),
	(11, 'D00011', '党员11', '+8615400000011', 4, 'principal', true),
	(12, 'D00012', '党员12', '+8615400000012', 1, 'member', true),
	(13, 'D00013', '党员13', '+8615400000013', 2, 'cadre', true),
	(14, 'D00014', '党员14', '+8615400000014', 3, 'principal', true),
	(15, 'D00015', '党员15', '+8615400000015', 4, 'member', true),
	(16, 'D00016', '党员16', '+8615400000016', 1, 'cadre', true),
	(17, 'D00017', '党员17', '+8615400000017', 2, 'principal', true),
	(18, 'D00018', '党员18', '+8615400000018', 3, 'member', true),
	(19, 'D00019', '党员19', '+8615400000019', 4, 'cadre', true),
	(20, 'D00020', '党员20', '+8615400000020', 1, 'principal', true),
	(21, 'D00021', '党员21', '+8615400000021', 2, 'member', true),
	(22, 'D00022', '党员22', '+8615400000022', 3, 'cadre', true),
	(23, 'D00023', '党员23', '+8615400000023', 4, 'principal', true),
	(24, 'D00024', '党员24', '+8615400000024', 1, 'member', true),
	(25, 'D00025', '党员25', '+8615400000025', 2, 'cadre', true),
	(26, 'D00026', '党员26', '+8615400000026', 3, 'principal', true),
	(27, 'D00027', '党员27', '+8615400000027', 4, 'member', true),
	(28, 'D00028', '党员28', '+8615400000028', 1, 'cadre', true),
	(29, 'D00029', '党员29', '+8615400000029', 2, 'principal', true),
	(30, 'D00030', '党员30', '+8615400000030', 3, 'member', true),
	(31, 'D00031', '党员31', '+8615400000031', 4, 'cadre', true),
	(32, 'D00032', '党员32', '+8615400000032', 1, 'principal', true),
	(33, 'D00033', '党员33', '+8615400000033', 2, 'member', true),
	(34, 'D00034', '党员34', '+8615400000034', 3, 'cadre', true),
	(35, 'D00035', '党员35', '+8615400000035', 4, 'principal', true),
	(36, 'D00036', '党员36', '+8615400000036', 1, 'member', true),
	(37, 'D00037', '党员37', '+8615400000037', 2, 'cadre', true),
	(38, 'D00038', '党员38', '+8615400000038', 3, 'principal', true),
	(39, 'D00039', '党员39', '+8615400000039', 4, 'member', true),
	(40, 'D00040', '党员40', '+8615400000040', 1, 'cadre', true);

INSERT INTO public.posts OVERRIDING SYSTEM VALUE VALUES
	(1, 1001, 'checkin/1', 1, false, 1, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(2, 1002, 'checkin/1', 1, false, 2, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(3, 1003, 'checkin/1', 1, false, 3, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(4, 1004, 'checkin/1', 1, false, 4, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(5, 1005, 'checkin/1', 1, false, 5, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(6, 1006, 'checkin/1', 1, false, 6, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(7, 1007, 'checkin/1', 1, false, 7, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(8, 1008, 'checkin/1', 1, false, 8, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(9, 1009, 'checkin/1', 1, false, 9, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(10, 1010, 'checkin/1', 1, false, 10, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(11, 1011, 'checkin/1', 1, false, 11, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(12, 1012, 'checkin/1', 1, false, 12, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(13, 1013, 'checkin/1', 1, false, 13, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(14, 1014, 'checkin/1', 1, false, 14, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(15, 1015, 'checkin/1', 1, false, 15, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(16, 1016, 'checkin/1', 1, false, 16, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(17, 1017, 'checkin/1', 1, false, 17, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(18, 1018, 'checkin/1', 1, false, 18, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(19, 1019, 'checkin/1', 1, false, 19, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(20, 1020, 'checkin/1', 1, false, 20, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(21, 1021, 'checkin/1', 1, false, 21, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(22, 1022, 'checkin/1', 1, false, 22, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(23, 1023, 'checkin/1', 1, false, 23, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(24, 1024, 'checkin/1', 1, false, 24, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(25, 1025, 'checkin/1', 1, false, 25, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(26, 1026, 'checkin/1', 1, false, 26, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(27, 1027, 'checkin/1', 1, false, 27, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(28, 1028, 'checkin/1', 1, false, 28, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(29, 1029, 'checkin/1', 1, false, 29, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(30, 1030, 'checkin/1', 1, false, 30, 4, 'sent', '2026-11-19 05:30:00+00', 0, '', '2026-11-19 05:31:00+00'),
	(31, 1001, 'checkin/2', 2, false, NULL, 4, 'unsure', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(32, 1002, 'checkin/2', 2, false, NULL, 4, 'refused', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(33, 1003, 'checkin/2', 2, false, NULL, 4, 'queued', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(34, 1004, 'checkin/2', 2, false, NULL, 4, 'unsure', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(35, 1005, 'checkin/2', 2, false, NULL, 4, 'refused', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(36, 1006, 'checkin/2', 2, false, NULL, 4, 'queued', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(37, 1007, 'checkin/2', 2, false, NULL, 4, 'unsure', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(38, 1008, 'checkin/2', 2, false, NULL, 4, 'refused', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(39, 1009, 'checkin/2', 2, false, NULL, 4, 'queued', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(40, 1010, 'checkin/2', 2, false, NULL, 4, 'unsure', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(41, 1011, 'checkin/2', 2, false, NULL, 4, 'refused', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(42, 1012, 'checkin/2', 2, false, NULL, 4, 'queued', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(43, 1013, 'checkin/2', 2, false, NULL, 4, 'unsure', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(44, 1014, 'checkin/2', 2, false, NULL, 4, 'refused', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(45, 1015, 'checkin/2', 2, false, NULL, 4, 'queued', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(46, 1016, 'checkin/2', 2, false, NULL, 4, 'unsure', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(47, 1017, 'checkin/2', 2, false, NULL, 4, 'refused', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(48, 1018, 'checkin/2', 2, false, NULL, 4, 'queued', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(49, 1019, 'checkin/2', 2, false, NULL, 4, 'unsure', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(50, 1020, 'checkin/2', 2, false, NULL, 4, 'refused', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(51, 1021, 'checkin/2', 2, false, NULL, 4, 'queued', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(52, 1022, 'checkin/2', 2, false, NULL, 4, 'unsure', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(53, 1023, 'checkin/2', 2, false, NULL, 4, 'refused', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(54, 1024, 'checkin/2', 2, false, NULL, 4, 'queued', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(55, 1025, 'checkin/2', 2, false, NULL, 4, 'unsure', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(56, 1026, 'checkin/2', 2, false, NULL, 4, 'refused', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(57, 1027, 'checkin/2', 2, false, NULL, 4, 'queued', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(58, 1028, 'checkin/2', 2, false, NULL, 4, 'unsure', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(59, 1029, 'checkin/2', 2, false, NULL, 4, 'refused', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00'),
	(60, 1030, 'checkin/2', 2, false, NULL, 4, 'queued', '2026-11-19 23:30:00+00', 0, '', '2026-11-19 23:31:00+00');

INSERT INTO public.roles OVERRIDING SYSTEM VALUE VALUES
	(1, 4, 'secretary', NULL, 1),
	(2, 8, 'first', 1, NULL),
	(3, 12, 'office', NULL, NULL);

INSERT INTO public.schema_activity VALUES
	(1, 0, true, '2026-11-25 17:41:55.453906'),
	(2, 202612010901, true, '2026-11-25 17:41:55.467128');

INSERT INTO public.schema_bind VALUES
	(1, 0, true, '2026-11-25 17:41:55.482005'),
	(2, 202612010900, true, '2026-11-25 17:41:55.492496');

INSERT INTO public.schema_checkin VALUES
	(1, 0, true, '2026-11-25 17:41:55.40238'),
	(2, 202611231300, true, '2026-11-25 17:41:55.415474'),
	(3, 202611231800, true, '2026-11-25 17:41:55.438907');

INSERT INTO public.schema_machine VALUES
	(1, 0, true, '2026-11-25 17:41:54.638034'),
	(2, 202611230900, true, '2026-11-25 17:41:54.654594');

INSERT INTO public.sessions VALUES
	(1005, 0, 'language', 'which', '', '', '{"Lang":"","Manner":""}', '2026-11-20 00:59:00+00'),
	(901, 0, 'bind', 'phone', '', '', '{}', '2026-11-20 00:58:00+00');

INSERT INTO public.ticks VALUES
	('checkin.minute', '2026-11-20 00:59:00+00');

INSERT INTO public.timers OVERRIDING SYSTEM VALUE VALUES
	(1, '2026-11-21 01:00:00+00', 'checkin', 'rest', '{}', 'checkin.rest {}');

INSERT INTO public.units OVERRIDING SYSTEM VALUE VALUES
	(1, '区教育局', 1),
	(2, '区卫生局', 2),
	(3, '区档案馆', 0);

SELECT pg_catalog.setval('public.activities_id_seq', 2, true);

SELECT pg_catalog.setval('public.audit_id_seq', 27, true);

SELECT pg_catalog.setval('public.bind_invitations_id_seq', 2, true);

SELECT pg_catalog.setval('public.bind_tries_id_seq', 1, true);

SELECT pg_catalog.setval('public.branches_id_seq', 4, true);

SELECT pg_catalog.setval('public.contents_id_seq', 5, true);

SELECT pg_catalog.setval('public.files_id_seq', 1, true);

SELECT pg_catalog.setval('public.inbox_id_seq', 62, true);

SELECT pg_catalog.setval('public.people_id_seq', 40, true);

SELECT pg_catalog.setval('public.posts_id_seq', 60, true);

SELECT pg_catalog.setval('public.roles_id_seq', 3, true);

SELECT pg_catalog.setval('public.schema_activity_id_seq', 2, true);

SELECT pg_catalog.setval('public.schema_bind_id_seq', 2, true);

SELECT pg_catalog.setval('public.schema_checkin_id_seq', 3, true);

SELECT pg_catalog.setval('public.schema_machine_id_seq', 2, true);

SELECT pg_catalog.setval('public.timers_id_seq', 1, true);

SELECT pg_catalog.setval('public.units_id_seq', 3, true);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_person_id_key UNIQUE (person_id);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.activities
    ADD CONSTRAINT activities_no_key UNIQUE (no);

ALTER TABLE ONLY public.activities
    ADD CONSTRAINT activities_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.activity_numbers
    ADD CONSTRAINT activity_numbers_pkey PRIMARY KEY (year);

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bind_claims
    ADD CONSTRAINT bind_claims_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bind_invitations
    ADD CONSTRAINT bind_invitations_code_hash_key UNIQUE (code_hash);

ALTER TABLE ONLY public.bind_invitations
    ADD CONSTRAINT bind_invitations_link_hash_key UNIQUE (link_hash);

ALTER TABLE ONLY public.bind_invitations
    ADD CONSTRAINT bind_invitations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bind_tries
    ADD CONSTRAINT bind_tries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.branches
    ADD CONSTRAINT branches_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.branches
    ADD CONSTRAINT branches_unit_id_name_key UNIQUE (unit_id, name);

ALTER TABLE ONLY public.chats
    ADD CONSTRAINT chats_branch_id_key UNIQUE (branch_id);

ALTER TABLE ONLY public.chats
    ADD CONSTRAINT chats_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.checkin_windows
    ADD CONSTRAINT checkin_windows_pkey PRIMARY KEY (activity_id);

ALTER TABLE ONLY public.contents
    ADD CONSTRAINT contents_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.expected
    ADD CONSTRAINT expected_pkey PRIMARY KEY (activity_id, person_id);

ALTER TABLE ONLY public.files
    ADD CONSTRAINT files_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT inbox_key_key UNIQUE (key);

ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.marks
    ADD CONSTRAINT marks_pkey PRIMARY KEY (activity_id, person_id);

ALTER TABLE ONLY public.people
    ADD CONSTRAINT people_member_no_key UNIQUE (member_no);

ALTER TABLE ONLY public.people
    ADD CONSTRAINT people_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.schema_activity
    ADD CONSTRAINT schema_activity_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.schema_bind
    ADD CONSTRAINT schema_bind_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.schema_checkin
    ADD CONSTRAINT schema_checkin_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.schema_machine
    ADD CONSTRAINT schema_machine_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (account_id, depth);

ALTER TABLE ONLY public.ticks
    ADD CONSTRAINT ticks_pkey PRIMARY KEY (rule);

ALTER TABLE ONLY public.timers
    ADD CONSTRAINT timers_once_key UNIQUE (once);

ALTER TABLE ONLY public.timers
    ADD CONSTRAINT timers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.units
    ADD CONSTRAINT units_name_key UNIQUE (name);

ALTER TABLE ONLY public.units
    ADD CONSTRAINT units_pkey PRIMARY KEY (id);

CREATE INDEX accounts_unmenued ON public.accounts USING btree (seen_at) WHERE ((menu_at IS NULL) OR (menu_at < seen_at));

CREATE INDEX activities_by_close ON public.activities USING btree (closes);

CREATE INDEX activities_by_start ON public.activities USING btree (starts);

CREATE UNIQUE INDEX bind_claims_one_a_person ON public.bind_claims USING btree (person_id) WHERE (state = 'waiting'::text);

CREATE UNIQUE INDEX bind_claims_one_an_account ON public.bind_claims USING btree (account_id) WHERE (state = 'waiting'::text);

CREATE INDEX bind_invitations_by_person ON public.bind_invitations USING btree (person_id);

CREATE INDEX bind_tries_by_account ON public.bind_tries USING btree (account_id, at);

CREATE INDEX checkin_windows_open ON public.checkin_windows USING btree (activity_id) WHERE (closed_at IS NULL);

CREATE INDEX expected_by_branch ON public.expected USING btree (activity_id, branch_id);

CREATE INDEX expected_by_person ON public.expected USING btree (person_id, activity_id);

CREATE INDEX inbox_parked ON public.inbox USING btree (id) WHERE (state = 'parked'::text);

CREATE INDEX inbox_waiting ON public.inbox USING btree (id) WHERE (state = 'waiting'::text);

CREATE INDEX marks_by_branch ON public.marks USING btree (activity_id, branch_id);

CREATE INDEX marks_by_person ON public.marks USING btree (person_id, activity_id);

CREATE INDEX people_by_branch ON public.people USING btree (branch_id);

CREATE INDEX people_by_phone ON public.people USING btree (phone) WHERE (phone <> ''::text);

CREATE INDEX posts_by_content ON public.posts USING btree (content_id, chat_id);

CREATE UNIQUE INDEX posts_by_name ON public.posts USING btree (chat_id, name) WHERE (name <> ''::text);

CREATE INDEX posts_queued ON public.posts USING btree (lane, due, id) WHERE (state = 'queued'::text);

CREATE INDEX posts_sending ON public.posts USING btree (id) WHERE (state = 'sending'::text);

CREATE INDEX posts_unsure ON public.posts USING btree (id) WHERE (state = 'unsure'::text);

CREATE INDEX roles_by_branch ON public.roles USING btree (branch_id) WHERE (branch_id IS NOT NULL);

CREATE INDEX roles_by_unit ON public.roles USING btree (unit_id, role) WHERE (unit_id IS NOT NULL);

CREATE UNIQUE INDEX roles_once ON public.roles USING btree (person_id, role, COALESCE(unit_id, (0)::bigint), COALESCE(branch_id, (0)::bigint));

CREATE INDEX sessions_by_age ON public.sessions USING btree (touched_at);

CREATE INDEX timers_by_due ON public.timers USING btree (due);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.people(id);

ALTER TABLE ONLY public.activities
    ADD CONSTRAINT activities_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branches(id);

ALTER TABLE ONLY public.activities
    ADD CONSTRAINT activities_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.people(id);

ALTER TABLE ONLY public.activities
    ADD CONSTRAINT activities_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

ALTER TABLE ONLY public.bind_claims
    ADD CONSTRAINT bind_claims_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.bind_claims
    ADD CONSTRAINT bind_claims_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.people(id);

ALTER TABLE ONLY public.bind_claims
    ADD CONSTRAINT bind_claims_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.people(id);

ALTER TABLE ONLY public.bind_invitations
    ADD CONSTRAINT bind_invitations_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.people(id);

ALTER TABLE ONLY public.bind_invitations
    ADD CONSTRAINT bind_invitations_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.people(id);

ALTER TABLE ONLY public.bind_invitations
    ADD CONSTRAINT bind_invitations_used_by_fkey FOREIGN KEY (used_by) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.bind_tries
    ADD CONSTRAINT bind_tries_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.branches
    ADD CONSTRAINT branches_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

ALTER TABLE ONLY public.chats
    ADD CONSTRAINT chats_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branches(id);

ALTER TABLE ONLY public.checkin_windows
    ADD CONSTRAINT checkin_windows_activity_id_fkey FOREIGN KEY (activity_id) REFERENCES public.activities(id);

ALTER TABLE ONLY public.expected
    ADD CONSTRAINT expected_activity_id_fkey FOREIGN KEY (activity_id) REFERENCES public.activities(id);

ALTER TABLE ONLY public.expected
    ADD CONSTRAINT expected_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branches(id);

ALTER TABLE ONLY public.expected
    ADD CONSTRAINT expected_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.people(id);

ALTER TABLE ONLY public.marks
    ADD CONSTRAINT marks_activity_id_fkey FOREIGN KEY (activity_id) REFERENCES public.activities(id);

ALTER TABLE ONLY public.marks
    ADD CONSTRAINT marks_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branches(id);

ALTER TABLE ONLY public.marks
    ADD CONSTRAINT marks_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.people(id);

ALTER TABLE ONLY public.marks
    ADD CONSTRAINT marks_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.people(id);

ALTER TABLE ONLY public.people
    ADD CONSTRAINT people_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branches(id);

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_content_id_fkey FOREIGN KEY (content_id) REFERENCES public.contents(id);

ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES public.branches(id);

ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.people(id);

ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.units(id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id);
