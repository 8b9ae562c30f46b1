-- name: count-distinct-number
SELECT count(DISTINCT "UserID") FROM hits
-- name: count-distinct-text
SELECT count(DISTINCT "URL") FROM hits
-- name: count-distinct-by-group
SELECT "RegionID", count(DISTINCT "UserID") AS users FROM hits GROUP BY "RegionID" ORDER BY users DESC, "RegionID" LIMIT 10
-- name: text-groups-millions
SELECT "URL", count(*) AS c FROM hits GROUP BY "URL" ORDER BY c DESC, "URL" LIMIT 10
-- name: text-groups-two-keys
SELECT "SearchPhrase", "URL", count(*) AS c, sum("ResolutionWidth") FROM hits GROUP BY "SearchPhrase", "URL" ORDER BY c DESC, "SearchPhrase", "URL" LIMIT 10
-- name: text-groups-some
SELECT "SearchPhrase", count(*) AS c FROM hits WHERE "SearchPhrase" <> '' GROUP BY "SearchPhrase" ORDER BY c DESC, "SearchPhrase" LIMIT 10
-- name: number-groups-millions
SELECT "WatchID", "ClientIP", count(*) AS c, sum("IsRefresh"), avg("ResolutionWidth") FROM hits GROUP BY "WatchID", "ClientIP" ORDER BY c DESC, "WatchID" LIMIT 10
-- name: number-groups-few
SELECT "AdvEngineID", count(*), sum("ResolutionWidth"), avg("ResolutionHeight") FROM hits GROUP BY "AdvEngineID" ORDER BY 2 DESC, 1
-- name: like-contains
SELECT count(*) FROM hits WHERE "URL" LIKE '%google%'
-- name: like-two-parts
SELECT count(*) FROM hits WHERE "URL" LIKE '%site%page%9%' AND "Title" NOT LIKE '%Google%'
-- name: like-and-group
SELECT "SearchPhrase", min("URL"), count(*) AS c FROM hits WHERE "URL" LIKE '%google%' AND "SearchPhrase" <> '' GROUP BY "SearchPhrase" ORDER BY c DESC, "SearchPhrase" LIMIT 10
-- name: top-n-number
SELECT "WatchID", "UserID" FROM hits ORDER BY "UserID", "WatchID" LIMIT 10
-- name: top-n-text
SELECT "URL" FROM hits WHERE "SearchPhrase" <> '' ORDER BY "URL" LIMIT 10
-- name: top-n-all-columns
SELECT * FROM hits WHERE "URL" LIKE '%google%' ORDER BY "EventTime", "WatchID" LIMIT 10
-- name: length-of-text
SELECT "CounterID", avg(length("URL")) AS l, count(*) AS c FROM hits WHERE "URL" <> '' GROUP BY "CounterID" ORDER BY l DESC, "CounterID" LIMIT 25
-- name: minutes
SELECT date_trunc('minute', "EventTime") AS m, count(*) AS c FROM hits GROUP BY date_trunc('minute', "EventTime") ORDER BY m LIMIT 10
-- name: narrow-filter
SELECT "Title", count(*) AS c FROM hits WHERE "CounterID" = 62 AND "EventDate" >= DATE '2013-07-01' AND "EventDate" <= DATE '2013-07-31' AND "IsRefresh" = 0 AND "Title" <> '' GROUP BY "Title" ORDER BY c DESC, "Title" LIMIT 10
-- name: many-sums
SELECT sum("ResolutionWidth"), sum("ResolutionWidth" + 1), sum("ResolutionWidth" + 2), sum("ResolutionWidth" + 3), sum("ResolutionWidth" + 4), sum("ResolutionWidth" + 5), sum("ResolutionWidth" + 6), sum("ResolutionWidth" + 7), sum("ResolutionWidth" + 8), sum("ResolutionWidth" + 9) FROM hits
