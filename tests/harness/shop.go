package harness

import (
	"net/http"
	"net/url"
)

// What customers and shopkeepers do, each by the happy way; a story that wants the unhappy one uses the clients.

// Price is what a unit of every product costs that Product makes.
var Price = Money{1999, "USD"}

// Product makes a product of this name with so many units and returns its SKU.
func (s *Story) Product(name string, units int) string {
	s.T.Helper()
	sku := s.SKU(name)
	s.Stock.Post("/v1/products", M{"sku": sku, "name": "A " + name, "unitPrice": Price}).Want(http.StatusCreated)
	if units > 0 {
		s.Receive(sku, units, "first")
	}
	return sku
}

// Receive takes units into stock; a reference counts once.
func (s *Story) Receive(sku string, units int, reference string) {
	s.T.Helper()
	a := s.Stock.Post("/v1/stock/"+sku+"/receipts", M{"quantity": units, "reference": reference})
	if a.Status/100 != 2 {
		a.Want(http.StatusOK)
	}
}

// Units are the counters of a SKU; numbers that do not add up end the story.
func (s *Story) Units(sku string) Units {
	s.T.Helper()
	u := As[Units](s.Stock.Get("/v1/stock/" + sku).Want(http.StatusOK))
	if err := u.Sound(); err != nil {
		s.T.Fatal(err)
	}
	return u
}

// Line is a line of an order.
func Line(sku string, quantity int) Item { return Item{SKU: sku, Quantity: int64(quantity)} }

// Asking is the body of an order for a customer of this story.
func (s *Story) Asking(customer string, lines ...Item) M {
	return M{"customerId": s.Customer(customer), "items": lines}
}

// Place places an order that stock can serve.
func (s *Story) Place(customer string, lines ...Item) Order {
	s.T.Helper()
	o := As[Order](s.Order.Post("/v1/orders", s.Asking(customer, lines...)).Want(http.StatusCreated))
	if o.Status != "confirmed" {
		s.T.Fatalf("a placed order is %s", o.Status)
	}
	return o
}

// Get reads an order.
func (s *Story) Get(id string) Order {
	s.T.Helper()
	return As[Order](s.Order.Get("/v1/orders/" + id).Want(http.StatusOK))
}

// Payment is the body that pays an order in full.
func Payment(o Order, reference string) M { return M{"reference": reference, "amount": o.Total} }

// Shipment is the body that ships an order.
var Shipment = M{"carrier": "Snail Express", "trackingNumber": "SN-1"}

// Pay, Ship, Deliver and Cancel take the order to its next status and return it.
func (s *Story) Pay(o Order) Order {
	s.T.Helper()
	return s.went("paid", s.Order.Post("/v1/orders/"+o.ID+"/payment", Payment(o, "pay-"+o.ID)))
}

func (s *Story) Ship(o Order) Order {
	s.T.Helper()
	return s.went("shipped", s.Order.Post("/v1/orders/"+o.ID+"/shipment", Shipment))
}

func (s *Story) Deliver(o Order) Order {
	s.T.Helper()
	return s.went("delivered", s.Order.Post("/v1/orders/"+o.ID+"/delivery", nil))
}

func (s *Story) Cancel(o Order) Order {
	s.T.Helper()
	return s.went("cancelled", s.Order.Delete("/v1/orders/"+o.ID, M{"reason": "changed my mind"}))
}

func (s *Story) went(status string, a Answer) Order {
	s.T.Helper()
	o := As[Order](a.Want(http.StatusOK))
	if o.Status != status {
		s.T.Fatalf("want the order %s:\n%s", status, a)
	}
	return o
}

// History is every event of an order.
func (s *Story) History(id string) []Step {
	s.T.Helper()
	a := s.Order.Get("/v1/orders/" + id + "/events").Want(http.StatusOK)
	return As[[]Step](a)
}

// Contact says whom to tell: by e-mail to an address of this story, in locale, and by webhook if there is one.
func (s *Story) Contact(customer, locale, webhook string) {
	s.T.Helper()
	contact := M{"email": s.Mail(customer), "locale": locale, "channels": []string{"email"}}
	if webhook != "" {
		contact["webhookUrl"], contact["channels"] = webhook, []string{"email", "webhook"}
	}
	s.Notify.Put("/v1/customers/"+s.Customer(customer)+"/contact", contact).Want(http.StatusOK)
}

// Mail is the mail address of a customer of this story.
func (s *Story) Mail(customer string) string { return s.Customer(customer) + "@example.com" }

// Notifications are what a customer was told about an order.
func (s *Story) Notifications(orderID string) []Notification {
	s.T.Helper()
	a := s.Notify.Get("/v1/notifications?limit=200&orderId=" + url.QueryEscape(orderID)).Want(http.StatusOK)
	return As[Page[Notification]](a).Items
}
