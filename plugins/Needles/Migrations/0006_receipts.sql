-- What was received last, without reading the whole book.
CREATE INDEX needles__movements_receipts ON needles__movements (id) WHERE kind = 'Receive';
