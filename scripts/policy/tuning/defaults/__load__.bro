@load ./packet-fragments
@load ./warnings
