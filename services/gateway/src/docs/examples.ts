/** The requests of document 000, word for word; the document's tests send these. */
export const CURL_EXAMPLE = { external_event_id: 'evt-123', player_id: 'player-456', event_type: 'DEPOSIT', amount: 100000, currency: 'XOF', event_timestamp: '2026-01-31T12:00:00Z' };

export const GROUPED_EXAMPLE = {
  event_id: 'evt_20250203_143245_abc123',
  player: { id: 'pl_12345abc', phone: '+221771234567', country: 'SEN', kyc_level: 2 },
  event: { type: 'BET_PLACED', timestamp: '2026-02-03T14:32:45Z', amount: 5000, currency: 'XOF', balance_before: 15000, balance_after: 10000 },
  game: { type: 'SPORTS', id: 'game_789', name: 'Senegal vs Nigeria', sport: 'football', competition: 'CAN 2025', odds: 2.5, bet_id: 'bet_456' },
  metadata: { device_type: 'MOBILE', operator: 'ORANGE_SN', ip_address: '41.138.45.22', session_id: 'sess_xyz' },
};

export const BATCH_EXAMPLE = {
  events: [
    {
      event_id: 'evt_001',
      player: { id: 'player_123', phone: '+221771234567', country: 'SEN' },
      event: { type: 'DEPOSIT', timestamp: '2026-01-31T12:00:00Z', amount: 100000, currency: 'XOF' },
      metadata: { device_type: 'MOBILE', ip_address: '41.138.45.22' },
    },
    {
      event_id: 'evt_002',
      player: { id: 'player_123' },
      event: { type: 'BET_PLACED', timestamp: '2026-01-31T12:05:00Z', amount: 50000, currency: 'XOF' },
      game: { type: 'SPORTS', name: 'Senegal vs Mali', sport: 'football', odds: 2.5 },
    },
  ],
};
