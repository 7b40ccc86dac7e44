package understand

import "strings"

func commonWord(w string) bool { return common[w] }

// common words say little about what is wanted.
var common = set(`a an the i me my mine you your yours we us our it its he she they them their this that these those there here is am are was were be been being
	im ive id ill youre its thats whats do does did doing done have has had having will would shall should can could may might must to of in on at by for with from up out into
	and or but if so as than then not no dont cant just very too also any some all more most much many what which who when where why how please thanks thank hi hello hey
	get got go going want wanna need like know tell let make ok okay yes well one about now there s t m re
	el la los las lo un una unos unas yo me mi mis tu tus su sus se te nos es son esta estan ser estar de del en a al por para con y o pero si no que cual cuando donde como
	quiero necesito puedo puede pueden podria hay he ha hola gracias favor muy mas ya`)

// synonyms of everyday service, each the word that stands for them.
var synonyms = func() map[string]string {
	m := map[string]string{}
	for _, line := range strings.Split(synonymLines, "\n") {
		words := strings.Fields(line)
		for _, w := range words {
			m[w] = words[0]
		}
	}
	return m
}()

const synonymLines = `human humans person agent agents representative representatives rep reps operator operators advisor adviser colleague someone somebody staff employee
talk talking speak speaking chat chatting
buy buying bought purchase purchased purchasing
price prices cost costs pricing
parcel parcels package packages
broken broke damaged defective faulty
cancel cancelled canceled cancelling canceling cancellation
fast quick quickly soon
phone telephone mobile cell
hour hours
open opened opening
begin start started starting
shop shops store stores
cheap cheaper cheapest inexpensive
big bigger larger large
forgot forgotten forget
lost lose missing
persona humano agente operador asesor alguien
hablar habla hablo
pedido pedidos`

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
