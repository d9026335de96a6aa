-- Who directs the publication of a pupils' paper (R14): a name beside it, and who is told; no power.

-- +goose Up
-- +goose StatementBegin
ALTER TABLE space ADD COLUMN press_director_id uuid REFERENCES person,
    ADD CONSTRAINT space_r14 CHECK (press_director_id IS NULL OR mode = 'PUPIL_PRESS');

-- What a human decided of a space with a reason is kept in their words, as what they decided of a revision is.
ALTER TABLE decision ALTER COLUMN contribution_id DROP NOT NULL, ALTER COLUMN revision_id DROP NOT NULL, ADD COLUMN space_id uuid REFERENCES space,
    ADD CONSTRAINT decision_about CHECK ((revision_id IS NULL) = (contribution_id IS NULL) AND (revision_id IS NULL) <> (space_id IS NULL));

-- What readers of a pupils' paper see of who directs it, while they belong to the establishment: of a pupil
-- as little as a byline tells.
CREATE VIEW reading_press_director WITH (security_barrier) AS
SELECT s.slug, p.given_name, CASE WHEN x.profile = 'pupil' OR p.birth_date + interval '18 years' > x.today THEN left(p.family_name, 1) ELSE p.family_name END AS family_name, x.profile
FROM readable_space r
JOIN space s ON s.space_id = r.space_id
JOIN person p ON p.person_id = s.press_director_id
CROSS JOIN LATERAL (
    SELECT m.profile, (current_moment() AT TIME ZONE t.time_zone)::date AS today FROM membership m JOIN tenant t ON t.tenant_id = m.tenant_id
    WHERE m.person_id = p.person_id AND m.tenant_id = s.tenant_id AND m.during @> (current_moment() AT TIME ZONE t.time_zone)::date
    ORDER BY (m.profile = 'pupil') DESC, m.profile LIMIT 1) x;
GRANT SELECT ON reading_press_director TO imprimatur_reader;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
