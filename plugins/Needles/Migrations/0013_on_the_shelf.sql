-- After years most lots are used up: lists and sums read only those that are here, or that can be taken from.
CREATE INDEX needles__lots_here ON needles__lots (coalesce(expiry, '9999-12-31'), id) WHERE on_hand > 0;
CREATE INDEX needles__lots_usable ON needles__lots (item_id) WHERE state IN ('Released', 'InUse');
