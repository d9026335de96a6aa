-- The transparency report that an establishment has published; a portrait that is reported where it is
-- seen (R35, R38).

-- +goose Up
-- +goose StatementBegin
-- A year's report as it was published: what anybody may read of it, with no number that R67 hides. Once
-- for a year, and nothing that happens or is set afterwards changes it.
CREATE TABLE transparency_report (
    tenant_id    uuid NOT NULL REFERENCES tenant,
    year         integer NOT NULL CONSTRAINT transparency_report_year CHECK (year BETWEEN 1 AND 9999),
    report       jsonb NOT NULL CONSTRAINT transparency_report_report CHECK (jsonb_typeof(report) = 'object'),
    published_by uuid NOT NULL REFERENCES person,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, year)
);
CALL wall('transparency_report');
GRANT SELECT, INSERT ON transparency_report TO imprimatur_app;
CREATE TRIGGER transparency_report_stays BEFORE UPDATE OR DELETE ON transparency_report FOR EACH ROW EXECUTE FUNCTION stays();

-- The door: what is published is for anybody. By whom it was, the pages do not say.
CREATE VIEW reading_transparency WITH (security_barrier) AS
SELECT tenant_id, year, report, published_at FROM transparency_report WHERE tenant_id = current_tenant();
GRANT SELECT ON reading_transparency TO imprimatur_reader;

-- portrait_reported is a portrait of a trombinoscope of this establishment as evidence, with whom it
-- concerns: to somebody signed in only where they may open that trombinoscope. NULL for anything else.
CREATE FUNCTION portrait_reported(picture uuid, who uuid, moment timestamptz) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT jsonb_build_object('photo', p.photo_id, 'author', p.uploader_id, 'title', 'Trombinoscope ' || g.name,
            'exhibit', jsonb_build_object('space', 'Trombinoscope ' || g.name, 'title', '', 'published_at', p.created_at,
                'html', '<p><img src="/photos/' || p.photo_id || '" alt="Portrait"></p>',
                'exposure', CASE WHEN EXISTS (SELECT 1 FROM hold h WHERE h.target_id = p.photo_id AND h.status = 'open') THEN 'masked' ELSE 'visible' END,
                'pictures', jsonb_build_array(jsonb_build_object('photo', p.photo_id, 'rendition', r.rendition_id, 'hash', encode(r.hash, 'hex')))),
            'concerns', (SELECT coalesce(jsonb_agg(jsonb_build_object('person', x.person_id, 'cause', x.cause)), '[]') FROM concerned_by(NULL, p.photo_id) x),
            'staff', staff_of(p.tenant_id, NULL, moment))
        FROM photo p JOIN rendition r ON r.rendition_id = p.rendition_id
        JOIN request_photo q ON q.photo_id = p.photo_id JOIN consent_use u ON u.request_id = q.request_id JOIN groups g ON g.group_id = trombinoscope_of(u)
        WHERE p.photo_id = picture AND p.tenant_id = current_tenant() AND p.status = 'identified'
          AND (who IS NULL OR scopes_within(who, ARRAY[p.tenant_id], moment) && ARRAY['class_staff:' || g.group_id, 'direction:' || p.tenant_id,
            CASE WHEN u.audience = 'school_staff' THEN 'school_staff:' || p.tenant_id END])
        ORDER BY g.group_id LIMIT 1);
REVOKE EXECUTE ON FUNCTION portrait_reported(uuid, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portrait_reported(uuid, uuid, timestamptz) TO imprimatur_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
