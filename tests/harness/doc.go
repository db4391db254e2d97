// Package harness runs stories against the whole system as real processes: broker, services and sidecars, and one app
// more, the probe, that collects every published event.
//
//	func TestMain(m *testing.M) { harness.Main(m) }
//
//	func TestOrderIsPaid(t *testing.T) {
//		s := harness.Shared(t)            // the stack that all plain stories share
//		sku := s.Product("book", 10)      // ten units, under a name of this story's own
//		o := s.Place("ann", harness.Line(sku, 2))
//		...
//	}
//
// A story that kills processes or needs its own configuration starts a stack of its own with Own.
package harness
