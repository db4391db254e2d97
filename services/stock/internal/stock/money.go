package stock

import "strings"

// MaxAmount is the largest price, in minor units: the largest that every reader
// of JSON gets right.
const MaxAmount = 1<<53 - 1

// Money is an amount in minor units (cents) of a currency.
type Money struct {
	amount   int64
	currency string
}

// NewMoney refuses an amount outside 0..MaxAmount and what is no ISO 4217 code.
func NewMoney(amount int64, currency string) (Money, error) {
	if amount < 0 || amount > MaxAmount {
		return Money{}, invalid("unitPrice.amount", "range", "must be a whole number from 0 to 9007199254740991")
	}
	i := strings.Index(currencies, " "+currency+" ")
	if i < 0 || len(currency) != 3 {
		return Money{}, invalid("unitPrice.currency", "currency", "must be an ISO 4217 code such as USD")
	}
	return Money{amount, currencies[i+1 : i+4]}, nil // one spelling in memory for all shelves
}

// Amount returns the amount in minor units.
func (m Money) Amount() int64 { return m.amount }

// Currency returns the ISO 4217 code.
func (m Money) Currency() string { return m.currency }

// currencies is ISO 4217: the money that can be spent, and XTS for tests.
const currencies = " AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD" +
	" CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD" +
	" HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD" +
	" MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG" +
	" QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD" +
	" TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF XTS YER ZAR ZMW ZWG "
