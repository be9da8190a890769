#!/bin/bash
# plateau decode: frames explained, and what is refused.
# shellcheck source=test/bench.sh
. "$(dirname "$0")/../bench.sh"
work_in decode
cd "$work" || exit 1

decode() { run decode "$@"; }

decode stdbus 55FF0510000006E8010301040101E399
holds a_question_is_explained says out 'request, host to address 1: read 4001 instance 1'
holds a_frame_ends_with_0 ends_with 0
decode stdbus 55FF060010000B8802030104010108451E3CD4A728
holds a_reply_is_explained says out 'reply, address 1 to host: read 4001 instance 1 = 2531.802 (f32)'
decode stdbus 55FF051000000AEC01040701010843C40000EB77
holds a_write_is_explained says out 'request, host to address 1: write 7001 instance 1 = 392 (f32)'
decode stdbus 55FF060010000A7602040701010843C400008203
holds its_reply_is_explained says out 'reply, address 1 to host: write 7001 instance 1 = 392 (f32)'

for form in '55 FF 05 10 00 00 06 E8 01 03 01 04 01 01 E3 99' \
	'55:ff:05:10:00:00:06:e8:01:03:01:04:01:01:e3:99' \
	'0x55,0xFF,0x05,0x10,0x00,0x00,0x06,0xE8,0x01,0x03,0x01,0x04,0x01,0x01,0xE3,0x99'; do
	decode stdbus "$form"
	holds "hex_is_read_as_${form:0:5}" says out 'read 4001'
done
decode stdbus 55 FF 05 10 00 00 06 E8 01 03 01 04 01 01 E3 99
holds bytes_may_be_words_of_their_own says out 'read 4001'

decode stdbus 55FF060010000B8802030104010108451E3CD4A729
holds case_36_a_wrong_data_checksum_is_named says out 'DATA CRC WRONG, 29A7 came, 28A7 is right'
decode stdbus 55FF060010000B8902030104010108451E3CD4A728
holds a_wrong_header_checksum_is_named says out 'HEADER CRC WRONG, 89 came, 88 is right'
holds what_is_no_frame_ends_with_1 ends_with 1
decode stdbus 5555FF0510000006E8010301040101E399
holds a_stray_byte_is_told says out '1 byte of no frame: 55'
holds and_the_frame_behind_it_found says out 'read 4001'

decode stdbus 55FG
holds wrong_hex_is_refused ends_with 2
holds wrong_hex_is_named_by_position says err "'G' at position 4"
decode stdbus '55 F'
holds half_a_byte_is_refused ends_with 2
holds half_a_byte_is_named says err "half a byte, 'F' at position 4"
decode stdbus '55 FF é'
holds other_letters_are_named_by_position says err "at position 7 is no hexadecimal digit"
decode stdbus ''
holds no_bytes_are_refused ends_with 2
decode stdbus
holds a_driver_alone_is_refused ends_with 2
decode nothing 55
holds an_unknown_driver_is_refused ends_with 2
holds those_that_can_are_named says err stdbus
decode osechi 55
holds a_driver_without_frames_is_refused ends_with 2
holds a_driver_without_frames_says_so says err 'osechi: this driver has no frames to decode'

decode --json stdbus 55FF0510000006E8010301040101E399
holds it_is_one_object grep -qE '^\{.*"is_frame":true.*"lines":\["request, host to address 1: read 4001 instance 1"\].*\}$' out
finish
